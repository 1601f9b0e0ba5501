// The page of `assay explain`, from what a store answers.
#include "host/commands/past_decision.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace assay::host {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr const char* kDeclined =
    R"({"transaction_id":"tx-7","event_time":"2026-11-23T18:34:37Z","decision":"decline",)"
    R"("score":0.93,"amount":1234.5000,"currency":"EUR","merchant":null,"card_last4":"1111",)"
    R"("topic":"transactions","partition":3,"record_offset":70,"config_hash":"0f0e",)"
    R"("decided_at":"2026-11-23T18:34:38.500000+00:00","fields":{"device_id":"d1"},"error_rules":null,)"
    R"("reasons":[{"rule":"card_velocity","version":2,"plugin":"velocity 1.0","answer":"hit",)"
    R"("mode":"live","reason":"many_attempts","score":0.6,"action":"none",)"
    R"("words":"6 attempts on this card in 10 minutes, limit 5",)"
    R"("evidence":[{"name":"attempts","value":6,"unit":""},)"
    R"({"name":"amount","value":1234.5,"unit":"EUR"}]},)"
    R"({"rule":"geo","version":1,"plugin":"geo 1.0","answer":"inconclusive","mode":"live"},)"
    R"({"rule":"trial","version":1,"plugin":"t 1.0","answer":"hit","mode":"shadow",)"
    R"("reason":"odd","score":0.1,"words":"odd","evidence":[]}],"shadow_hits":[]})";

TEST(PastDecision, is_told_with_its_reasons_values_and_record) {
  const auto page = page_of_decisions(kDeclined, false);
  ASSERT_TRUE(page) << page.error();
  EXPECT_EQ(*page,
            R"(Transaction tx-7 of 2026-11-23 18:34:37 UTC was declined, with a score of 0.93 of 1.
  - 6 attempts on this card in 10 minutes, limit 5 (card_velocity, 0.60)

Rules
  card_velocity 2 (velocity 1.0): hit 0.60, many_attempts; attempts 6; amount 1234.5 EUR
  geo 1 (geo 1.0): inconclusive
  trial 1 (t 1.0): hit 0.10, odd (shadow: not acted on)

Values
  amount      1234.5
  currency    EUR
  card_last4  1111
  device_id   d1

Record
  transactions, partition 3, offset 70
  decided at 2026-11-23 18:34:38.5 UTC
  by configuration 0f0e (in assay_configs)
)");
}

TEST(PastDecision, of_an_approved_one_says_that_its_reasons_are_not_kept) {
  const auto page = page_of_decisions(
      R"({"transaction_id":"a","event_time":"t","decision":"approve","score":0.2,"reasons":null,"error_rules":"broken",)"
      R"("shadow_hits":[{"rule":"trial","version":4,"plugin":"t 1.0","reason":"odd","score":0.1}]})",
      false);
  ASSERT_TRUE(page) << page.error();
  EXPECT_THAT(*page, StartsWith("Transaction a of t was approved, with a score of 0.20 of 1.\n"
                                "Of an approved transaction the store keeps no reasons.\n"));
  EXPECT_THAT(*page, HasSubstr("  trial 4 (t 1.0): hit 0.10, odd (shadow: not acted on)\n"));
  EXPECT_THAT(*page, HasSubstr("  in error: broken\n"));
}

TEST(PastDecision, that_was_stored_twice_is_told_twice) {
  const std::string lines = std::string(kDeclined) + "\n" + kDeclined + "\n";
  const auto page = page_of_decisions(lines, false);
  ASSERT_TRUE(page) << page.error();
  EXPECT_THAT(*page, StartsWith("Stored 2 times under this id.\n\nTransaction tx-7"));
  const auto json = array_of_decisions(lines);
  ASSERT_TRUE(json) << json.error();
  EXPECT_THAT(*json, StartsWith("[\n  {\n    \"transaction_id\": \"tx-7\""));
}

// A store is a plugin: what it answers may be anything.
TEST(PastDecision, from_a_store_that_talks_nonsense_is_refused_or_told_as_far_as_it_goes) {
  EXPECT_FALSE(page_of_decisions("no JSON\n", false));
  EXPECT_FALSE(page_of_decisions("[1]\n", false));
  EXPECT_FALSE(array_of_decisions("{\n"));
  for (const auto* line :
       {"{}", R"({"reasons":7,"score":"high","fields":[1],"shadow_hits":{"a":1}})",
        R"({"reasons":["x",null,{"evidence":3,"answer":"hit","mode":"live"}]})"}) {
    const auto page = page_of_decisions(line, false);
    ASSERT_TRUE(page) << line;
    EXPECT_THAT(*page, HasSubstr("Record"));
  }
}

}  // namespace
}  // namespace assay::host
