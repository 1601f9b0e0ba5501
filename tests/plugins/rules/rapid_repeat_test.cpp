#include <gtest/gtest.h>

#include <assay/testing.hpp>

namespace {

using assay::Money;
using assay::testing::RuleUnderTest;

constexpr const char* times = "count() by card, merchant, amount over 5m";

TEST(RapidRepeat, the_same_amount_at_the_same_merchant_twice_hits) {
  RuleUnderTest rule;
  EXPECT_TRUE(rule.evaluate({{times, 1}}).no_hit());
  const auto verdict = rule.evaluate(
      {{"amount", Money::of(80)}, {"currency", "EUR"}, {"merchant", "Casa Verde"}, {times, 2}});
  EXPECT_EQ(verdict.reason, "rapid_repeat");
  EXPECT_EQ(verdict.words, "2 times 80.00 EUR to Casa Verde on this card in 5 minutes, limit 1");
  EXPECT_EQ(verdict.customer_words,
            "the same amount was paid to Casa Verde more than once within a short time");
  EXPECT_DOUBLE_EQ(verdict.score, 0.3);
}

TEST(RapidRepeat, without_merchant_or_amount_there_is_no_count_and_no_answer) {
  EXPECT_TRUE(RuleUnderTest().evaluate({{"amount", Money::of(80)}}).inconclusive());
}

TEST(RapidRepeat, limit_window_and_key_are_parameters) {
  RuleUnderTest rule{{{"limit", "3"}, {"window", "1h"}, {"key", "user_id"}, {"score", "0.1"}}};
  const auto* text = "count() by user_id, merchant, amount over 1h";
  EXPECT_TRUE(rule.evaluate({{text, 3}}).no_hit());
  EXPECT_DOUBLE_EQ(rule.evaluate({{text, 4}}).score, 0.1);
}

}  // namespace
