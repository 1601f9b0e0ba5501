#include <gtest/gtest.h>

#include <assay/testing.hpp>

namespace {

using assay::Money;
using assay::testing::list;
using assay::testing::Refused;
using assay::testing::RuleUnderTest;

TEST(LargeAmount, the_limit_itself_does_not_hit_and_the_smallest_step_above_does) {
  RuleUnderTest rule{{{"limits", {{"EUR", "1000.00 EUR"}}}}};
  EXPECT_TRUE(rule.evaluate({{"amount", Money::of(1000)}, {"currency", "EUR"}}).no_hit());
  EXPECT_TRUE(
      rule.evaluate({{"amount", Money{Money::of(1000).units + 1}}, {"currency", "EUR"}}).hit());
}

TEST(LargeAmount, a_hit_explains_itself_and_tells_the_customer_no_limit) {
  RuleUnderTest rule{{{"limits", {{"EUR", "1000.00"}}}, {"score", "0.75"}}};
  const auto verdict = rule.evaluate({{"amount", Money{15'005'000}}, {"currency", "EUR"}});
  EXPECT_EQ(verdict.reason, "large_amount");
  EXPECT_EQ(verdict.words, "amount 1500.50 EUR is above the limit of 1000.00 EUR");
  EXPECT_EQ(verdict.customer_words, "a payment of 1500.50 EUR is unusually large");
  EXPECT_EQ(verdict.evidence("amount"), Money{15'005'000});
  EXPECT_EQ(verdict.evidence("limit"), Money::of(1000));
  EXPECT_DOUBLE_EQ(verdict.score, 0.75);
}

TEST(LargeAmount, each_currency_has_its_own_limit) {
  RuleUnderTest rule{{{"limits", {{"EUR", "1000"}, {"JPY", "150000"}}}}};
  EXPECT_TRUE(rule.evaluate({{"amount", Money::of(1001)}, {"currency", "EUR"}}).hit());
  EXPECT_TRUE(rule.evaluate({{"amount", Money::of(1001)}, {"currency", "JPY"}}).no_hit());
  EXPECT_TRUE(rule.evaluate({{"amount", Money::of(150'001)}, {"currency", "JPY"}}).hit());
}

TEST(LargeAmount, a_currency_without_limit_is_inconclusive_unless_there_is_a_default) {
  RuleUnderTest strict{{{"limits", {{"EUR", "1000"}}}}};
  EXPECT_TRUE(strict.evaluate({{"amount", Money::of(9999)}, {"currency", "USD"}}).inconclusive());
  EXPECT_TRUE(strict.evaluate({{"amount", Money::of(9999)}}).inconclusive());

  RuleUnderTest lenient{{{"limits", {{"EUR", "1000"}}}, {"default_limit", "500"}}};
  EXPECT_TRUE(lenient.evaluate({{"amount", Money::of(501)}, {"currency", "USD"}}).hit());
  EXPECT_TRUE(lenient.evaluate({{"amount", Money::of(501)}}).hit());
  EXPECT_TRUE(lenient.evaluate({{"amount", Money::of(501)}, {"currency", "EUR"}}).no_hit());
}

TEST(LargeAmount, an_absent_amount_is_inconclusive) {
  RuleUnderTest rule;
  EXPECT_TRUE(rule.evaluate({{"currency", "EUR"}}).inconclusive());
}

TEST(LargeAmount, the_default_limit_is_ten_thousand) {
  RuleUnderTest rule;
  for (const auto* currency : {"EUR", "USD", "GBP", "CHF"}) {
    EXPECT_TRUE(rule.evaluate({{"amount", Money::of(10'000)}, {"currency", currency}}).no_hit());
    EXPECT_TRUE(rule.evaluate({{"amount", Money::of(10'001)}, {"currency", currency}}).hit());
  }
  EXPECT_TRUE(rule.evaluate({{"amount", Money::of(90'000)}, {"currency", "JPY"}}).inconclusive());
}

TEST(LargeAmount, only_the_named_types_are_looked_at) {
  RuleUnderTest rule{{{"default_limit", "100"}, {"types", list({"transfer", "withdrawal"})}}};
  EXPECT_TRUE(rule.evaluate({{"amount", Money::of(101)}, {"transaction_type", "transfer"}}).hit());
  EXPECT_TRUE(
      rule.evaluate({{"amount", Money::of(101)}, {"transaction_type", "purchase"}}).no_hit());
  EXPECT_TRUE(rule.evaluate({{"amount", Money::of(101)}}).inconclusive());
}

TEST(LargeAmount, a_negative_amount_never_hits) {
  RuleUnderTest rule{{{"default_limit", "100"}}};
  EXPECT_TRUE(rule.evaluate({{"amount", Money::of(-5000)}}).no_hit());
}

TEST(LargeAmount, a_schema_without_currency_needs_the_default_and_says_no_currency) {
  RuleUnderTest rule{{{"default_limit", "100"}}, {{"amount", ASSAY_DECIMAL}}};
  EXPECT_EQ(rule.evaluate({{"amount", Money::of(101)}}).words,
            "amount 101.00 is above the limit of 100.00");
}

TEST(LargeAmount, a_schema_without_amount_is_refused_with_the_nearest_name) {
  try {
    RuleUnderTest rule{{}, {{"ammount", ASSAY_DECIMAL}, {"location", ASSAY_TEXT}}};
    FAIL() << "bound a field that does not exist";
  } catch (const Refused& refused) {
    EXPECT_EQ(refused.message(), "the schema has no field `amount`");
    EXPECT_EQ(refused.help(), "did you mean `ammount`?");
  }
}

}  // namespace
