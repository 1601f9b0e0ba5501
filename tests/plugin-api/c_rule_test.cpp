#include <gtest/gtest.h>

#include <assay/testing.hpp>

namespace {

using assay::Money;
using assay::testing::RuleUnderTest;

TEST(CRule, a_rule_in_plain_c_judges_through_its_table) {
  RuleUnderTest rule{{{"limit", "50.00"}}};
  const auto verdicts = rule.evaluate_batch(
      {{{"amount", Money::of(50)}}, {{"amount", Money::of(51)}}, {{"location", "Paris"}}});
  EXPECT_TRUE(verdicts[0].no_hit());
  EXPECT_TRUE(verdicts[1].hit());
  EXPECT_EQ(verdicts[1].reason, "above_limit");
  EXPECT_EQ(verdicts[1].words, "51.00 EUR is too much");
  EXPECT_DOUBLE_EQ(verdicts[1].score, 0.5);
  EXPECT_TRUE(verdicts[2].inconclusive());
}

}  // namespace
