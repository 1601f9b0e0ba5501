#include <gtest/gtest.h>

#include <assay/testing.hpp>

namespace {

using assay::testing::RuleUnderTest;

TEST(Fan, five_payers_to_one_payee_in_a_day_hit) {
  RuleUnderTest rule;
  const auto* payers = "distinct(user_id) by payee_account over 1d";
  EXPECT_TRUE(rule.evaluate({{payers, 4}}).no_hit());
  const auto verdict = rule.evaluate({{payers, 5}});
  EXPECT_EQ(verdict.reason, "fan_in");
  EXPECT_EQ(verdict.words, "5 customers paid this payee account in 1 day, limit 4");
  EXPECT_EQ(verdict.evidence("parties"), 5);
  EXPECT_DOUBLE_EQ(verdict.score, 0.5);
}

TEST(Fan, five_payees_of_one_payer_in_eight_hours_hit) {
  RuleUnderTest rule{{{"shape", "out"}}};
  const auto* payees = "distinct(payee_account) by user_id over 8h";
  EXPECT_TRUE(rule.evaluate({{payees, 4}}).no_hit());
  const auto verdict = rule.evaluate({{payees, 5}});
  EXPECT_EQ(verdict.reason, "fan_out");
  EXPECT_EQ(verdict.words, "5 payee accounts were paid by this customer in 8 hours, limit 4");
}

TEST(Fan, is_never_told_to_the_customer) {
  for (const auto* shape : {"in", "out"}) {
    RuleUnderTest rule{{{"shape", shape}}};
    EXPECT_FALSE(rule.reasons().front().for_customer);
  }
}

TEST(Fan, a_transaction_without_payee_is_inconclusive) {
  EXPECT_TRUE(RuleUnderTest().evaluate({{"user_id", 7}}).inconclusive());
}

TEST(Fan, limit_and_window_are_parameters) {
  RuleUnderTest rule{{{"limit", "9"}, {"window", "2h"}, {"score", "0.8"}}};
  const auto* payers = "distinct(user_id) by payee_account over 2h";
  EXPECT_TRUE(rule.evaluate({{payers, 9}}).no_hit());
  EXPECT_DOUBLE_EQ(rule.evaluate({{payers, 10}}).score, 0.8);
}

}  // namespace
