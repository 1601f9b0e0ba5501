#include <gtest/gtest.h>

#include <assay/testing.hpp>

namespace {

using assay::Money;
using assay::testing::RuleUnderTest;
using assay::testing::Transaction;

constexpr const char* count = "count() by payee_account over 1d";
constexpr const char* least = "min(amount) by payee_account over 1d";
constexpr const char* most = "max(amount) by payee_account over 1d";

Transaction fifth(Money lowest, Money highest) {
  return {{"amount", Money::of(500)}, {count, 5}, {least, lowest}, {most, highest}};
}

TEST(SimilarAmounts, the_fifth_of_five_that_are_alike_hits) {
  RuleUnderTest rule;
  const auto verdict = rule.evaluate(fifth(Money::of(480), Money::of(510)));
  EXPECT_EQ(verdict.reason, "similar_amounts");
  EXPECT_EQ(
      verdict.words,
      "all 5 payments for this payee account in 1 day lie between 480.00 and 510.00, limit 4");
  EXPECT_EQ(verdict.evidence("most"), Money::of(510));
  EXPECT_DOUBLE_EQ(verdict.score, 0.3);
}

TEST(SimilarAmounts, alike_is_at_most_a_tenth_of_the_present_amount_apart) {
  RuleUnderTest rule;
  EXPECT_TRUE(rule.evaluate(fifth(Money::of(450), Money::of(550))).hit());
  EXPECT_TRUE(rule.evaluate(fifth(Money::of(449), Money::of(500))).no_hit());
  EXPECT_TRUE(rule.evaluate(fifth(Money::of(500), Money::of(551))).no_hit());
}

TEST(SimilarAmounts, four_may_be_alike) {
  RuleUnderTest rule;
  auto row = fifth(Money::of(500), Money::of(500));
  row[count] = 4;
  EXPECT_TRUE(rule.evaluate(row).no_hit());
}

TEST(SimilarAmounts, what_is_absent_makes_it_inconclusive_and_the_customer_hears_nothing) {
  RuleUnderTest rule;
  for (const auto* name : {"amount", count, least, most}) {
    auto row = fifth(Money::of(500), Money::of(500));
    row.erase(name);
    EXPECT_TRUE(rule.evaluate(row).inconclusive()) << name;
  }
  EXPECT_FALSE(rule.reasons().front().for_customer);
}

TEST(SimilarAmounts, parameters_change_whose_payments_are_compared_and_how) {
  RuleUnderTest rule{
      {{"key", "card"}, {"limit", "2"}, {"tolerance", "0"}, {"window", "1h"}, {"score", "0.6"}}};
  EXPECT_DOUBLE_EQ(rule.evaluate({{"amount", Money::of(20)},
                                  {"count() by card over 1h", 3},
                                  {"min(amount) by card over 1h", Money::of(20)},
                                  {"max(amount) by card over 1h", Money::of(20)}})
                       .score,
                   0.6);
}

}  // namespace
