#include <gtest/gtest.h>

#include <assay/testing.hpp>

namespace {

using assay::testing::Refused;
using assay::testing::RuleUnderTest;

constexpr const char* cards = "distinct(card) by device_id over 24h";

TEST(DistinctVelocity, more_than_three_cards_on_one_device_hit) {
  RuleUnderTest rule;
  EXPECT_TRUE(rule.evaluate({{cards, 3}}).no_hit());
  const auto verdict = rule.evaluate({{cards, 4}});
  EXPECT_EQ(verdict.reason, "distinct_velocity");
  EXPECT_EQ(verdict.words, "4 different cards on this device in 24 hours, limit 3");
  EXPECT_EQ(verdict.evidence("value"), 4);
  EXPECT_DOUBLE_EQ(verdict.score, 0.6);
  EXPECT_EQ(verdict.customer_words, "") << "a device is no customer";
}

TEST(DistinctVelocity, an_absent_device_is_inconclusive) {
  EXPECT_TRUE(RuleUnderTest().evaluate({}).inconclusive());
}

TEST(DistinctVelocity, any_feature_that_counts_different_values_will_do) {
  const auto* text = "distinct(merchant_country) by card over 1h";
  RuleUnderTest rule{{{"feature", text}, {"limit", "2"}, {"score", "0.8"}}};
  const auto verdict = rule.evaluate({{text, 3}});
  EXPECT_EQ(verdict.words, "3 different merchant countries on this card in 1 hour, limit 2");
  EXPECT_EQ(verdict.customer_words,
            "payments with unusually many different merchant countries were made in a short time");
}

TEST(DistinctVelocity, another_feature_is_refused_with_the_rule_for_it) {
  try {
    RuleUnderTest rule{{{"feature", "count() by card over 1h"}}};
    FAIL() << "accepted";
  } catch (const Refused& refused) {
    EXPECT_EQ(refused.message(), "`count() by card over 1h` does not count different values");
    EXPECT_EQ(refused.help(),
              "give a feature such as distinct(card) by device_id over 24h, or use: velocity");
  }
}

}  // namespace
