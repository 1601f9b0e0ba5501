#include "host/offline/judged_text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace assay::host {
namespace {

Judged some_judged() {
  Judged judged;
  judged.outcome = core::Outcome::decline;
  judged.score = 0.95;
  judged.fields = {{"amount", core::FieldType::decimal, "1500.00"},
                   {"currency", core::FieldType::text, "EUR"},
                   {"location", core::FieldType::text, "Paris"},
                   {"merchant", core::FieldType::text, "Bakery"},
                   {"device_id", core::FieldType::text, std::nullopt}};
  JudgedVerdict hit;
  hit.rule = "velocity";
  hit.version = 4;
  hit.answer = ASSAY_HIT;
  hit.reason = "card_velocity";
  hit.score = 0.8;
  hit.words = "6 attempts on this card in 10 minutes, limit 5";
  hit.evidence = {{"attempts", "6"}};
  JudgedVerdict quiet;
  quiet.rule = "travel";
  quiet.answer = ASSAY_INCONCLUSIVE;
  quiet.parts = {{"speed > 900.0", "absent"}, {"speed", "absent"}};
  JudgedVerdict shadow = hit;
  shadow.rule = "new_velocity";
  shadow.shadow = true;
  judged.verdicts = {hit, quiet, shadow};
  judged.steps = {"main.store"};
  return judged;
}

TEST(judged_text, begins_with_what_was_decided_and_why) {
  EXPECT_EQ(
      to_page(some_judged(), false),
      R"(The transaction of 1500.00 EUR at Bakery, Paris, is declined, with a score of 0.95 of 1, because
  - 6 attempts on this card in 10 minutes, limit 5 (velocity, 0.80)

Rules
  velocity      hit 0.80, card_velocity; attempts 6
  travel        inconclusive: something it needs is absent
                  speed > 900.0 is absent
                  speed is absent
  new_velocity  hit 0.80, card_velocity; attempts 6 (shadow: not acted on)

Values
  amount     1500.00
  currency   EUR
  location   Paris
  merchant   Bakery
  device_id  (absent)

Taken by
  main.store
)");
}

TEST(judged_text, puts_the_strongest_reason_first_and_says_what_did_not_suffice) {
  Judged judged;
  JudgedVerdict weak;
  weak.rule = "place";
  weak.answer = ASSAY_HIT;
  weak.score = 0.1;
  weak.words = "paid in Lima";
  JudgedVerdict strong = weak;
  strong.rule = "amount";
  strong.score = 0.2;
  strong.words = "amount is large";
  judged.verdicts = {weak, strong};
  judged.score = 0.3;
  EXPECT_THAT(to_page(judged, false),
              ::testing::StartsWith("The transaction is approved, with a score of 0.30 of 1, "
                                    "although\n"
                                    "  - amount is large (amount, 0.20)\n"
                                    "  - paid in Lima (place, 0.10)\n"));
}

TEST(judged_text, says_so_where_no_rule_has_anything_against_it) {
  EXPECT_THAT(to_page(Judged{}, false),
              ::testing::StartsWith("The transaction is approved, with a score of 0.00 of 1.\n"
                                    "No rule has anything against it.\n"));
}

TEST(judged_text, says_why_a_rule_failed) {
  Judged judged;
  JudgedVerdict broken;
  broken.rule = "model";
  broken.answer = ASSAY_ERROR;
  judged.verdicts = {broken};
  EXPECT_THAT(to_page(judged, false), ::testing::HasSubstr("  model  error: the rule failed\n"));
  EXPECT_FALSE(nlohmann::json::parse(to_json(judged))["verdicts"][0].contains("failure"));
  judged.verdicts[0].failure = "the model file is gone";
  EXPECT_THAT(to_page(judged, false),
              ::testing::HasSubstr("  model  error: the model file is gone\n"));
  EXPECT_EQ(nlohmann::json::parse(to_json(judged))["verdicts"][0]["failure"],
            "the model file is gone");
}

TEST(judged_text, is_one_json_object_with_absent_values_as_null) {
  const auto json = nlohmann::json::parse(to_json(some_judged()));
  EXPECT_EQ(json["decision"], "decline");
  EXPECT_EQ(json["verdicts"][0]["evidence"]["attempts"], "6");
  EXPECT_EQ(json["verdicts"][1]["answer"], "inconclusive");
  EXPECT_EQ(json["verdicts"][1]["parts"][0]["part"], "speed > 900.0");
  EXPECT_EQ(json["verdicts"][2]["mode"], "shadow");
  EXPECT_EQ(json["values"]["amount"], "1500.00");
  EXPECT_TRUE(json["values"]["device_id"].is_null());
  EXPECT_EQ(json["steps"][0], "main.store");
}

}  // namespace
}  // namespace assay::host
