#include <gtest/gtest.h>

#include <assay/testing.hpp>

namespace {

using assay::Money;
using assay::testing::RuleUnderTest;
using assay::testing::Transaction;

constexpr const char* where = " by user_id over 1d where amount >= 8000.00 && amount <= 10000.00";
const auto count = std::string("count()") + where;
const auto sum = std::string("sum(amount)") + where;

Transaction third(Money amount) {
  return {{"amount", amount}, {"currency", "EUR"}, {count, 3}, {sum, Money::of(28'500)}};
}

TEST(Structuring, the_third_amount_just_below_the_threshold_hits) {
  RuleUnderTest rule;
  const auto verdict = rule.evaluate(third(Money::of(9500)));
  EXPECT_EQ(verdict.reason, "structuring");
  EXPECT_EQ(verdict.words,
            "3 amounts from 8000.00 to 10000.00 by this customer in 1 day, together 28500.00 EUR");
  EXPECT_EQ(verdict.evidence("sum"), Money::of(28'500));
  EXPECT_DOUBLE_EQ(verdict.score, 0.7);
}

TEST(Structuring, is_never_told_to_the_customer) {
  RuleUnderTest rule;
  EXPECT_FALSE(rule.reasons().front().for_customer);
  EXPECT_EQ(rule.evaluate(third(Money::of(9500))).customer_words, "");
}

TEST(Structuring, the_edges_of_the_band_belong_to_it) {
  RuleUnderTest rule;
  EXPECT_TRUE(rule.evaluate(third(Money::of(8000))).hit());
  EXPECT_TRUE(rule.evaluate(third(Money::of(10'000))).hit());
  EXPECT_TRUE(rule.evaluate(third(Money{79'999'999})).no_hit());
  EXPECT_TRUE(rule.evaluate(third(Money{100'000'001})).no_hit());
}

TEST(Structuring, two_are_not_enough_and_neither_is_a_sum_at_the_threshold) {
  RuleUnderTest rule;
  auto row = third(Money::of(9500));
  row[count] = 2;
  EXPECT_TRUE(rule.evaluate(row).no_hit());
  row = third(Money::of(9500));
  row[sum] = Money::of(10'000);
  EXPECT_TRUE(rule.evaluate(row).no_hit());
}

TEST(Structuring, an_amount_outside_of_the_band_needs_no_history) {
  RuleUnderTest rule;
  EXPECT_TRUE(rule.evaluate({{"amount", Money::of(12)}}).no_hit());
  EXPECT_TRUE(rule.evaluate({{"amount", Money::of(9000)}}).inconclusive());
  EXPECT_TRUE(rule.evaluate({{count, 3}, {sum, Money::of(28'500)}}).inconclusive());
}

TEST(Structuring, with_a_currency_only_amounts_in_it_count) {
  RuleUnderTest rule{{{"currency", "USD"}, {"threshold", "3000"}, {"from", "0.9"}}};
  const std::string band =
      " by user_id over 1d where amount >= 2700.00 && amount <= 3000.00 && currency == \"USD\"";
  Transaction row = {{"amount", Money::of(2900)},
                     {"currency", "USD"},
                     {"count()" + band, 3},
                     {"sum(amount)" + band, Money::of(8700)}};
  EXPECT_TRUE(rule.evaluate(row).hit());
  row["currency"] = "JPY";
  EXPECT_TRUE(rule.evaluate(row).no_hit());
  row.erase("currency");
  EXPECT_TRUE(rule.evaluate(row).inconclusive());
}

}  // namespace
