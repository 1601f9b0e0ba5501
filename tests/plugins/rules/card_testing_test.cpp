#include <gtest/gtest.h>

#include <assay/testing.hpp>

namespace {

using assay::Money;
using assay::testing::Refused;
using assay::testing::RuleUnderTest;

constexpr const char* probes =
    "count() by card over previous 1d where amount >= 0 && amount <= 10.00";

TEST(CardTesting, a_large_payment_after_three_small_ones_hits) {
  RuleUnderTest rule;
  const auto verdict =
      rule.evaluate({{"amount", Money::of(480)}, {"currency", "EUR"}, {probes, 3}});
  EXPECT_EQ(verdict.reason, "card_testing");
  EXPECT_EQ(verdict.words, "amount 480.00 EUR after 3 of at most 10.00 on this card in 1 day");
  EXPECT_EQ(verdict.customer_words, "a payment of 480.00 EUR followed several very small ones");
  EXPECT_EQ(verdict.evidence("probes"), 3);
  EXPECT_DOUBLE_EQ(verdict.score, 0.7);
}

TEST(CardTesting, two_small_ones_are_bread_and_milk) {
  EXPECT_TRUE(RuleUnderTest().evaluate({{"amount", Money::of(480)}, {probes, 2}}).no_hit());
}

TEST(CardTesting, a_payment_that_is_not_large_is_no_cash_out_whatever_came_before) {
  RuleUnderTest rule;
  EXPECT_TRUE(rule.evaluate({{"amount", Money::of(100)}, {probes, 9}}).no_hit());
  EXPECT_TRUE(rule.evaluate({{"amount", Money::of(100)}}).no_hit());
  EXPECT_TRUE(rule.evaluate({{"amount", Money{1'000'001}}, {probes, 9}}).hit());
}

TEST(CardTesting, without_an_amount_or_a_history_it_is_inconclusive) {
  RuleUnderTest rule;
  EXPECT_TRUE(rule.evaluate({{probes, 9}}).inconclusive());
  EXPECT_TRUE(rule.evaluate({{"amount", Money::of(480)}}).inconclusive());
}

TEST(CardTesting, the_declaration_follows_the_parameters) {
  RuleUnderTest rule{{{"small", "2.50"}, {"window", "1h"}, {"key", "device_id"}, {"probes", "5"}}};
  const auto* text = "count() by device_id over previous 1h where amount >= 0 && amount <= 2.50";
  EXPECT_TRUE(rule.evaluate({{"amount", Money::of(480)}, {text, 4}}).no_hit());
  EXPECT_TRUE(rule.evaluate({{"amount", Money::of(480)}, {text, 5}}).hit());
}

TEST(CardTesting, a_payment_cannot_be_large_and_small_at_once) {
  EXPECT_THROW(RuleUnderTest({{"small", "200.00"}}), Refused);
}

}  // namespace
