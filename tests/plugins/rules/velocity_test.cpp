#include <gtest/gtest.h>

#include <assay/testing.hpp>

namespace {

using assay::Money;
using assay::testing::cold;
using assay::testing::Refused;
using assay::testing::RuleUnderTest;
using assay::testing::Value;

constexpr const char* attempts = "count() by card over 10m";

TEST(Velocity, the_limit_is_the_largest_number_that_is_allowed) {
  RuleUnderTest rule;
  EXPECT_TRUE(rule.evaluate({{attempts, 5}}).no_hit());
  const auto verdict = rule.evaluate({{attempts, 6}});
  EXPECT_EQ(verdict.reason, "velocity");
  EXPECT_EQ(verdict.words, "6 attempts on this card in 10 minutes, limit 5");
  EXPECT_EQ(verdict.customer_words, "unusually many payments were attempted in a short time");
  EXPECT_EQ(verdict.evidence("value"), 6);
  EXPECT_EQ(verdict.evidence("limit"), 5);
  EXPECT_DOUBLE_EQ(verdict.score, 0.4);
}

TEST(Velocity, every_transaction_over_the_limit_hits) {
  RuleUnderTest rule;
  const auto verdicts = rule.evaluate_batch({{{attempts, 6}}, {{attempts, 7}}, {{attempts, 70}}});
  for (const auto& verdict : verdicts) EXPECT_TRUE(verdict.hit());
}

TEST(Velocity, a_cold_count_over_the_limit_hits_for_it_can_only_have_been_more) {
  RuleUnderTest rule;
  EXPECT_TRUE(rule.evaluate({{attempts, cold(Value(6))}}).hit());
}

TEST(Velocity, an_absent_count_is_inconclusive) {
  EXPECT_TRUE(RuleUnderTest().evaluate({}).inconclusive());
}

TEST(Velocity, the_highest_of_several_limits_that_is_exceeded_gives_the_score) {
  RuleUnderTest rule{
      {{"limits",
        {{"0", {{"limit", "3"}, {"score", "0.2"}}}, {"1", {{"limit", "10"}, {"score", "0.9"}}}}}}};
  EXPECT_TRUE(rule.evaluate({{attempts, 3}}).no_hit());
  EXPECT_DOUBLE_EQ(rule.evaluate({{attempts, 10}}).score, 0.2);
  const auto verdict = rule.evaluate({{attempts, 11}});
  EXPECT_DOUBLE_EQ(verdict.score, 0.9);
  EXPECT_EQ(verdict.words, "11 attempts on this card in 10 minutes, limit 10");
}

TEST(Velocity, one_limit_and_several_at_once_are_refused) {
  try {
    RuleUnderTest rule{{{"limit", "3"}, {"limits", {{"0", {{"limit", "3"}, {"score", "1"}}}}}}};
    FAIL() << "accepted";
  } catch (const Refused& refused) {
    EXPECT_EQ(refused.message(), "`limits` stands beside `limit` or `score`");
    EXPECT_EQ(refused.line(), 2u);
  }
}

TEST(Velocity, a_sum_of_amounts_is_compared_as_an_amount) {
  const auto* spent = "sum(amount) by user_id over 24h";
  RuleUnderTest rule{{{"feature", spent}, {"limit", "2000.00"}, {"score", "0.5"}}};
  EXPECT_TRUE(rule.evaluate({{spent, Money::of(2000)}}).no_hit());
  const auto verdict = rule.evaluate({{spent, Money{20'000'001}}});
  EXPECT_EQ(verdict.words, "sum of amount 2000.0001 by this customer in 24 hours, limit 2000.00");
  EXPECT_EQ(verdict.customer_words, "unusually much was paid in a short time");
}

TEST(Velocity, a_mean_is_compared_as_a_number) {
  const auto* mean = "mean(amount) by card over previous 7d";
  RuleUnderTest rule{{{"feature", mean}, {"limit", "99.5"}}};
  EXPECT_TRUE(rule.evaluate({{mean, 99.5}}).no_hit());
  EXPECT_EQ(rule.evaluate({{mean, 100.25}}).words,
            "mean of amount 100.25 on this card in the previous 7 days, limit 99.5");
}

TEST(Velocity, what_is_not_the_customers_own_history_is_told_to_the_analyst_alone) {
  const auto* text = "count() by device_id, merchant over 15m where status == \"declined\"";
  RuleUnderTest rule{{{"feature", text}, {"limit", "3"}}};
  const auto verdict = rule.evaluate({{text, 4}});
  EXPECT_EQ(verdict.words,
            "4 attempts on this device and this merchant in 15 minutes where status == "
            "\"declined\", limit 3");
  EXPECT_EQ(verdict.customer_words, "");
}

TEST(Velocity, a_limit_of_a_count_may_have_a_fraction_and_loses_it) {
  RuleUnderTest rule{{{"limit", "5.5"}}};
  EXPECT_TRUE(rule.evaluate({{attempts, 5}}).no_hit());
  EXPECT_TRUE(rule.evaluate({{attempts, 6}}).hit());
}

TEST(Velocity, a_feature_that_is_no_number_is_refused) {
  for (const auto* text : {"last(location) by card", "elapsed() by card"}) {
    EXPECT_THROW(RuleUnderTest({{"feature", text}}), Refused) << text;
  }
}

}  // namespace
