#include <gtest/gtest.h>

#include <assay/testing.hpp>

namespace {

using assay::Money;
using assay::testing::RuleUnderTest;
using assay::testing::Transaction;

constexpr const char* count = "count() by user_id over previous 30d";
constexpr const char* mean = "mean(amount) by user_id over previous 30d";
constexpr const char* stddev = "stddev(amount) by user_id over previous 30d";

Transaction paying(Money amount) {
  return {{"amount", amount}, {"currency", "EUR"}, {count, 10}, {mean, 50.0}, {stddev, 20.0}};
}

TEST(AmountDeviation, exactly_three_standard_deviations_do_not_hit_and_more_do) {
  RuleUnderTest rule;
  EXPECT_TRUE(rule.evaluate(paying(Money::of(110))).no_hit());
  const auto verdict = rule.evaluate(paying(Money::of(180)));
  EXPECT_EQ(verdict.reason, "amount_deviation");
  EXPECT_EQ(verdict.words,
            "amount 180.00 EUR is 6.5 standard deviations above the mean 50.00 of 10 earlier ones "
            "by this customer in 30 days, limit 3");
  EXPECT_EQ(verdict.customer_words, "a payment of 180.00 EUR is much larger than usual");
  EXPECT_EQ(verdict.evidence("usual"), Money::of(50));
  EXPECT_DOUBLE_EQ(verdict.score, 0.4);
}

TEST(AmountDeviation, with_fewer_than_ten_earlier_transactions_it_is_inconclusive) {
  RuleUnderTest rule;
  auto young = paying(Money::of(9000));
  young[count] = 9;
  EXPECT_TRUE(rule.evaluate(young).inconclusive());
}

TEST(AmountDeviation, what_is_absent_makes_it_inconclusive) {
  RuleUnderTest rule;
  for (const auto* name : {"amount", count, mean, stddev}) {
    auto row = paying(Money::of(9000));
    row.erase(name);
    EXPECT_TRUE(rule.evaluate(row).inconclusive()) << name;
  }
}

TEST(AmountDeviation, amounts_that_never_differed_make_no_spike_of_a_cent) {
  RuleUnderTest rule;
  auto row = paying(Money{10'001});
  row[mean] = 1.0;
  row[stddev] = 0.0;
  EXPECT_TRUE(rule.evaluate(row).no_hit());
  row["amount"] = Money{13'001};
  EXPECT_TRUE(rule.evaluate(row).hit()) << "more than three tenths above the mean";
}

TEST(AmountDeviation, less_than_usual_never_hits) {
  RuleUnderTest rule;
  EXPECT_TRUE(rule.evaluate(paying(Money{1})).no_hit());
  EXPECT_TRUE(rule.evaluate(paying(Money::of(-500))).no_hit());
}

TEST(AmountDeviation, a_mean_that_is_not_positive_has_a_spread_all_the_same) {
  RuleUnderTest rule;
  auto row = paying(Money::of(10));
  row[mean] = 0.0;
  row[stddev] = 0.0;
  EXPECT_TRUE(rule.evaluate(row).no_hit()) << "nothing to compare with";
  row[mean] = -100.0;
  row[stddev] = 5.0;
  EXPECT_TRUE(rule.evaluate(row).hit());
}

TEST(AmountDeviation, compares_with_the_largest_amount_so_far_where_it_is_told_to) {
  const auto* earlier = "count() by card over previous 90d";
  const auto* maximum = "max(amount) by card over previous 90d";
  RuleUnderTest rule{{{"compare", "maximum"}, {"key", "card"}, {"at_least", "3"}}};
  const auto row = [&](std::int64_t amount) {
    return Transaction{{"amount", Money::of(amount)},
                       {"currency", "EUR"},
                       {earlier, 4},
                       {maximum, Money::of(200)}};
  };
  EXPECT_TRUE(rule.evaluate(row(300)).no_hit());
  EXPECT_EQ(rule.evaluate(row(500)).words,
            "amount 500.00 EUR is 2.5 times the largest 200.00 of 4 earlier ones on this card in "
            "90 days, limit 1.5");
  auto unknown = row(500);
  unknown.erase(maximum);
  EXPECT_TRUE(rule.evaluate(unknown).inconclusive());
}

}  // namespace
