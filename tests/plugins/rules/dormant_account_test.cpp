#include <gtest/gtest.h>

#include <assay/testing.hpp>

namespace {

using assay::hours;
using assay::Money;
using assay::testing::RuleUnderTest;

constexpr const char* since = "elapsed() by user_id";
constexpr hours ninety_days{24 * 90};

TEST(DormantAccount, a_large_payment_after_more_than_ninety_quiet_days_hits) {
  RuleUnderTest rule;
  const auto verdict = rule.evaluate(
      {{"amount", Money::of(2500)}, {"currency", "EUR"}, {since, ninety_days + hours{36}}});
  EXPECT_EQ(verdict.reason, "dormant_account");
  EXPECT_EQ(verdict.words,
            "amount 2500.00 EUR after 91 days 12 hours without a transaction by this customer; "
            "dormant is more than 90 days, large more than 1000.00");
  EXPECT_EQ(verdict.customer_words,
            "a payment of 2500.00 EUR was made after a long time without any");
  EXPECT_DOUBLE_EQ(verdict.score, 0.5);
}

TEST(DormantAccount, the_limits_themselves_do_not_hit) {
  RuleUnderTest rule;
  EXPECT_TRUE(rule.evaluate({{"amount", Money::of(2500)}, {since, ninety_days}}).no_hit());
  EXPECT_TRUE(
      rule.evaluate({{"amount", Money::of(1000)}, {since, ninety_days + hours{1}}}).no_hit());
}

TEST(DormantAccount, an_account_without_any_earlier_transaction_is_inconclusive) {
  RuleUnderTest rule;
  EXPECT_TRUE(rule.evaluate({{"amount", Money::of(2500)}}).inconclusive());
  EXPECT_TRUE(rule.evaluate({{since, ninety_days + hours{1}}}).inconclusive());
  EXPECT_TRUE(rule.evaluate({{"amount", Money::of(10)}}).no_hit()) << "small whatever came before";
}

TEST(DormantAccount, quiet_and_above_are_parameters) {
  RuleUnderTest rule{{{"quiet", "30d"}, {"above", "50.00"}, {"key", "card"}}};
  EXPECT_TRUE(
      rule.evaluate({{"amount", Money::of(51)}, {"elapsed() by card", hours{24 * 31}}}).hit());
}

}  // namespace
