#include "host/offline/offline_engine.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/host/offline/offline_deployment.hpp"

namespace assay::host {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::OfflineDeployment;
using testing::payment;

TEST(offline_engine, judges_as_the_engine_does_and_shows_all_of_it) {
  OfflineDeployment deployment(testing::kTwoRules);
  const auto judged = deployment.engine().judge(payment("a", "1500.00"));
  ASSERT_TRUE(judged) << judged.error();
  ASSERT_TRUE(*judged);
  const auto& one = **judged;
  EXPECT_EQ(one.outcome, core::Outcome::review);
  EXPECT_DOUBLE_EQ(one.score, 0.6);
  EXPECT_THAT(one.steps, ElementsAre("main.alert"));
  const auto* large = one.verdict("large");
  ASSERT_TRUE(large);
  EXPECT_EQ(large->answer, ASSAY_HIT);
  EXPECT_EQ(large->version, 3u);
  EXPECT_FALSE(large->shadow);
  EXPECT_EQ(large->reason, "large_amount");
  EXPECT_THAT(large->words, HasSubstr("1500.00"));
  const auto* place = one.verdict("place");
  ASSERT_TRUE(place);
  EXPECT_EQ(place->answer, ASSAY_HIT) << "the holder of the file lives in Berlin";
  EXPECT_TRUE(place->shadow);
  EXPECT_EQ(one.field("holder.city")->value, "Berlin");
  EXPECT_EQ(one.field("amount")->value, "1500.00");
  ASSERT_TRUE(one.field("device_id"));
  EXPECT_EQ(one.field("device_id")->value, std::nullopt) << "the message says nothing of it";
}

TEST(offline_engine, says_why_a_rule_failed) {
  OfflineDeployment deployment(R"(rules:
  fails: { use: broken_rule, version: 1, parameters: { fault: fails } }
  invents: { use: broken_rule, version: 1, parameters: { fault: invents_a_reason } }
)");
  for (const auto* id : {"a", "b"}) {
    const auto judged = deployment.engine().judge(payment(id, "1500.00"));
    ASSERT_TRUE(judged && *judged);
    EXPECT_EQ((*judged)->verdict("fails")->answer, ASSAY_ERROR);
    EXPECT_EQ((*judged)->verdict("fails")->failure, "it never works");
    EXPECT_EQ((*judged)->verdict("invents")->answer, ASSAY_ERROR);
    EXPECT_THAT((*judged)->verdict("invents")->failure, HasSubstr("never declared"));
  }
}

TEST(offline_engine, records_a_transaction_at_its_own_time) {
  OfflineDeployment deployment(testing::kTwoRules);
  const auto judged = deployment.engine().judge(payment("a", "1500.00"));
  ASSERT_TRUE(judged && *judged);
  const auto* time = (*judged)->field("timestamp");
  const auto* record = (*judged)->field("record_time");
  ASSERT_TRUE(time && record) << "the mail binds it";
  ASSERT_TRUE(time->value);
  EXPECT_EQ(record->value, time->value);
}

TEST(offline_engine, takes_holders_from_another_file_than_the_configured_one) {
  OfflineDeployment deployment(testing::kTwoRules);
  deployment.write("others.jsonl",
                   R"({"user_id": 7, "name": "Ada", "address": "Rue 1", "phone_number": "1", )"
                   R"("email": "ada@example.com", "date_of_birth": "1990-01-01", )"
                   R"("account_number": "DE1", "account_type": "current", "balance": 10, )"
                   R"("city": "Lyon"})"
                   "\n");
  Diagnostics diagnostics;
  const auto engine = OfflineEngine::make(deployment.assembly(), diagnostics,
                                          deployment.path("others.jsonl").string());
  ASSERT_TRUE(engine);
  const auto judged = engine->judge(payment("a", "15.00"));
  ASSERT_TRUE(judged && *judged);
  EXPECT_EQ((*judged)->field("holder.city")->value, "Lyon");
}

TEST(offline_engine, a_hit_has_score_code_words_and_action_of_the_band_that_its_value_lies_in) {
  OfflineDeployment deployment(R"(rules:
  large:
    use: large_amount
    version: 1
    parameters: { limits: { EUR: 1000.00 } }
    score: 0.1
    bands:
      large_amount:
        - { above: 2000.00, score: 0.3, code: larger_amount }
        - { above: 5000.00, score: 0.4, code: largest_amount, reason: "{amount} is huge" }
decision: { actions: { large: { largest_amount: block } } }
)");
  const auto judge = [&](const std::string& id, const std::string& amount) {
    const auto judged = deployment.engine().judge(payment(id, amount));
    EXPECT_TRUE(judged && *judged);
    return **judged;
  };
  const auto below = judge("a", "2000.00");
  EXPECT_EQ(below.verdict("large")->reason, "large_amount");
  EXPECT_DOUBLE_EQ(below.score, 0.1);
  const auto first = judge("b", "2000.01");
  EXPECT_EQ(first.verdict("large")->reason, "larger_amount");
  EXPECT_DOUBLE_EQ(first.verdict("large")->score, 0.3);
  EXPECT_THAT(first.verdict("large")->words, HasSubstr("above the limit"));
  EXPECT_EQ(first.outcome, core::Outcome::approve);
  const auto second = judge("c", "5000.01");
  EXPECT_EQ(second.verdict("large")->reason, "largest_amount");
  EXPECT_EQ(second.verdict("large")->words, "5000.01 is huge");
  EXPECT_DOUBLE_EQ(second.score, 0.4);
  EXPECT_EQ(second.outcome, core::Outcome::decline) << "the band's code has a hard action";
}

TEST(offline_engine, a_demoted_rule_is_shown_as_the_shadow_rule_that_it_counts_as) {
  OfflineDeployment deployment(R"(rules:
  large:
    use: large_amount
    version: 1
    parameters: { limits: { EUR: 1000.00 } }
    breaker: { share: 50 %, count: 1, demote: true }
)");
  const auto first = deployment.engine().judge(payment("a", "1500.00"));
  EXPECT_FALSE((*first)->verdict("large")->shadow);
  const auto second = deployment.engine().judge(payment("b", "1500.00"));
  EXPECT_TRUE((*second)->verdict("large")->shadow);
  EXPECT_EQ((*second)->outcome, core::Outcome::approve);
}

TEST(offline_engine, takes_any_time_for_plausible_and_the_configured_key_where_it_is_there) {
  OfflineDeployment deployment(testing::kTwoRules);
  const auto past = deployment.engine().judge(payment("a", "1.00"));
  ASSERT_TRUE(past) << past.error();
  EXPECT_EQ((*past)->outcome, core::Outcome::approve);
  EXPECT_THAT((*past)->steps, IsEmpty());
  EXPECT_EQ((*past)->field("card_last4")->value, "1111");
}

TEST(offline_engine, tells_a_duplicate_until_it_begins_anew) {
  OfflineDeployment deployment(testing::kTwoRules);
  auto& engine = deployment.engine();
  ASSERT_TRUE(*engine.judge(payment("a", "5.00")));
  const auto again = engine.judge(payment("a", "5.00"));
  ASSERT_TRUE(again);
  EXPECT_FALSE(*again);
  Diagnostics diagnostics;
  ASSERT_TRUE(engine.begin_anew(diagnostics));
  EXPECT_TRUE(*engine.judge(payment("a", "5.00")));
}

TEST(offline_engine, says_why_a_message_is_no_transaction_and_goes_on) {
  OfflineDeployment deployment(testing::kTwoRules);
  const auto broken = deployment.engine().judge(payment("a", "\"much\""));
  ASSERT_FALSE(broken);
  EXPECT_THAT(broken.error(), HasSubstr("amount"));
  EXPECT_TRUE(deployment.engine().judge(payment("b", "5.00")));
}

}  // namespace
}  // namespace assay::host
