#include <gtest/gtest.h>

#include <assay/testing.hpp>

namespace {

using assay::testing::list;
using assay::testing::RuleUnderTest;

TEST(UnexpectedLocation, another_city_hits_and_the_own_one_does_not) {
  RuleUnderTest rule;
  EXPECT_TRUE(rule.evaluate({{"location", "Paris"}, {"holder.city", "Paris"}}).no_hit());
  const auto verdict = rule.evaluate({{"location", "Lima"}, {"holder.city", "Paris"}});
  EXPECT_TRUE(verdict.hit());
  EXPECT_EQ(verdict.reason, "unexpected_location");
  EXPECT_EQ(verdict.words, "paid in Lima, the holder lives in Paris");
  EXPECT_EQ(verdict.customer_words, "a payment was made in Lima");
  EXPECT_DOUBLE_EQ(verdict.score, 0.25);
}

TEST(UnexpectedLocation, case_and_outer_blanks_make_no_difference) {
  RuleUnderTest rule{{{"exceptions", list({" online "})}}};
  EXPECT_TRUE(rule.evaluate({{"location", "  paRIS\t"}, {"holder.city", "Paris"}}).no_hit());
  EXPECT_TRUE(rule.evaluate({{"location", "ONLINE"}, {"holder.city", "Paris"}}).no_hit());
}

TEST(UnexpectedLocation, a_name_that_only_begins_alike_is_another_place) {
  RuleUnderTest rule;
  EXPECT_TRUE(rule.evaluate({{"location", "York"}, {"holder.city", "Yorktown"}}).hit());
  EXPECT_TRUE(rule.evaluate({{"location", "Yorktown"}, {"holder.city", "York"}}).hit());
}

TEST(UnexpectedLocation, every_exception_counts) {
  RuleUnderTest rule{{{"exceptions", list({"Online", "Lyon"})}, {"score", "0.5"}}};
  EXPECT_TRUE(rule.evaluate({{"location", "Lyon"}, {"holder.city", "Paris"}}).no_hit());
  EXPECT_DOUBLE_EQ(rule.evaluate({{"location", "Nice"}, {"holder.city", "Paris"}}).score, 0.5);
}

TEST(UnexpectedLocation, without_either_place_it_is_inconclusive) {
  RuleUnderTest rule;
  EXPECT_TRUE(rule.evaluate({{"location", "Paris"}}).inconclusive());
  EXPECT_TRUE(rule.evaluate({{"holder.city", "Paris"}}).inconclusive());
  EXPECT_TRUE(rule.evaluate({{"location", "  "}, {"holder.city", "Paris"}}).inconclusive());
}

}  // namespace
