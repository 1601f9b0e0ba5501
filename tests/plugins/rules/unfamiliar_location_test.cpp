#include <gtest/gtest.h>

#include <assay/testing.hpp>

namespace {

using assay::testing::RuleUnderTest;

constexpr const char* here = "count() by user_id, location over previous 90d";
constexpr const char* earlier = "count() by user_id over previous 90d";

TEST(UnfamiliarLocation, a_new_place_of_a_known_customer_hits) {
  RuleUnderTest rule;
  const auto verdict = rule.evaluate({{"location", "Lima"}, {here, 0}, {earlier, 12}});
  EXPECT_EQ(verdict.reason, "unfamiliar_location");
  EXPECT_EQ(verdict.words,
            "location Lima was not used in 12 transactions by this customer in 90 days");
  EXPECT_EQ(verdict.customer_words, "a payment was made in Lima, where you do not usually pay");
  EXPECT_EQ(verdict.evidence("earlier"), 12);
  EXPECT_DOUBLE_EQ(verdict.score, 0.3);
}

TEST(UnfamiliarLocation, a_place_that_was_used_once_is_familiar) {
  RuleUnderTest rule;
  EXPECT_TRUE(rule.evaluate({{here, 1}, {earlier, 12}}).no_hit());
  EXPECT_TRUE(rule.evaluate({{here, 1}}).no_hit());
}

TEST(UnfamiliarLocation, of_a_customer_who_is_hardly_known_nothing_is_said) {
  RuleUnderTest rule;
  EXPECT_TRUE(rule.evaluate({{here, 0}, {earlier, 4}}).inconclusive());
  EXPECT_TRUE(rule.evaluate({{here, 0}, {earlier, 5}}).hit());
}

TEST(UnfamiliarLocation, without_a_place_it_is_inconclusive) {
  RuleUnderTest rule;
  EXPECT_TRUE(rule.evaluate({{earlier, 12}}).inconclusive());
  EXPECT_TRUE(rule.evaluate({}).inconclusive());
}

TEST(UnfamiliarLocation, a_device_is_looked_at_the_same_way_and_told_to_nobody) {
  RuleUnderTest rule{{{"field", "device_id"}, {"window", "30d"}, {"at_least", "3"}}};
  const auto verdict = rule.evaluate({{"device_id", "a9f3"},
                                      {"count() by user_id, device_id over previous 30d", 0},
                                      {"count() by user_id over previous 30d", 3}});
  EXPECT_EQ(verdict.reason, "unfamiliar_device_id");
  EXPECT_EQ(verdict.words,
            "device_id a9f3 was not used in 3 transactions by this customer in 30 days");
  EXPECT_EQ(verdict.customer_words, "");
}

}  // namespace
