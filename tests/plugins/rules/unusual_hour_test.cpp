#include <gtest/gtest.h>

#include <assay/testing.hpp>

namespace {

using assay::Money;
using assay::testing::Refused;
using assay::testing::RuleUnderTest;
using assay::testing::Transaction;

Transaction at_hour(int hour, Money amount = Money::of(5000)) {
  return {{"local_hour", hour}, {"local_hour_source", "holder.time_zone"}, {"amount", amount}};
}

TEST(UnusualHour, the_first_hour_hits_and_the_last_one_is_usual_again) {
  RuleUnderTest rule;
  EXPECT_TRUE(rule.evaluate(at_hour(1)).no_hit());
  EXPECT_TRUE(rule.evaluate(at_hour(2)).hit());
  EXPECT_TRUE(rule.evaluate(at_hour(4)).hit());
  EXPECT_TRUE(rule.evaluate(at_hour(5)).no_hit());
}

TEST(UnusualHour, the_amount_has_to_be_above_and_not_equal) {
  RuleUnderTest rule;
  EXPECT_TRUE(rule.evaluate(at_hour(3, Money::of(1000))).no_hit());
  EXPECT_TRUE(rule.evaluate(at_hour(3, Money{Money::of(1000).units + 1})).hit());
}

TEST(UnusualHour, hours_wrap_over_midnight) {
  RuleUnderTest rule{{{"from", "22"}, {"to", "3"}}};
  for (const auto hour : {22, 23, 0, 2}) EXPECT_TRUE(rule.evaluate(at_hour(hour)).hit()) << hour;
  for (const auto hour : {3, 12, 21}) EXPECT_TRUE(rule.evaluate(at_hour(hour)).no_hit()) << hour;
}

TEST(UnusualHour, until_midnight_is_hour_24) {
  RuleUnderTest rule{{{"from", "22"}, {"to", "24"}}};
  EXPECT_TRUE(rule.evaluate(at_hour(23)).hit());
  EXPECT_TRUE(rule.evaluate(at_hour(0)).no_hit());
}

TEST(UnusualHour, the_reason_says_from_what_the_hour_was_worked_out) {
  RuleUnderTest rule{{{"above", "250.00 EUR"}}};
  auto transaction = at_hour(3, Money::of(300));
  transaction["local_hour_source"] = "utc_offset";
  const auto verdict = rule.evaluate(transaction);
  EXPECT_EQ(verdict.reason, "unusual_hour");
  EXPECT_EQ(verdict.words,
            "amount 300.00 in the hour from 3:00 local time, zone from utc_offset; unusual are "
            "amounts above 250.00 from 2:00 to 5:00");
  EXPECT_EQ(verdict.evidence("hour"), 3);
  EXPECT_EQ(verdict.evidence("amount"), Money::of(300));
  EXPECT_TRUE(verdict.customer_words.empty());
}

TEST(UnusualHour, without_hour_or_amount_it_is_inconclusive) {
  RuleUnderTest rule;
  EXPECT_TRUE(rule.evaluate({{"amount", Money::of(5000)}}).inconclusive());
  EXPECT_TRUE(rule.evaluate({{"local_hour", 3}}).inconclusive());
}

TEST(UnusualHour, an_empty_night_is_refused_at_the_place_of_the_parameter) {
  try {
    RuleUnderTest rule{{{"from", "4"}, {"to", "4"}}};
    FAIL() << "accepted a night of no hours";
  } catch (const Refused& refused) {
    EXPECT_EQ(refused.message(), "`from` and `to` are the same hour, so no hour is unusual");
    EXPECT_EQ(refused.file(), "parameters");
    EXPECT_EQ(refused.line(), 2u);
  }
}

}  // namespace
