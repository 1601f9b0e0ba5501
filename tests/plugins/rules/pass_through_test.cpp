#include <gtest/gtest.h>

#include <assay/testing.hpp>

namespace {

using assay::Money;
using assay::testing::list;
using assay::testing::RuleUnderTest;
using assay::testing::Transaction;

constexpr const char* in = "sum(amount) by user_id over 1d where transaction_type == \"deposit\"";
constexpr const char* out =
    "sum(amount) by user_id over 1d where transaction_type == \"transfer\" || "
    "transaction_type == \"withdrawal\"";

Transaction sending(std::int64_t came, std::int64_t went) {
  return {{"transaction_type", "transfer"}, {in, Money::of(came)}, {out, Money::of(went)}};
}

TEST(PassThrough, out_close_to_in_hits) {
  RuleUnderTest rule;
  const auto verdict = rule.evaluate(sending(5000, 4600));
  EXPECT_EQ(verdict.reason, "pass_through");
  EXPECT_EQ(verdict.words,
            "4600.00 went out by this customer of the 5000.00 that came in, in 1 day");
  EXPECT_EQ(verdict.evidence("in"), Money::of(5000));
  EXPECT_DOUBLE_EQ(verdict.score, 0.5);
}

TEST(PassThrough, close_is_at_most_a_tenth_in_either_direction) {
  RuleUnderTest rule;
  EXPECT_TRUE(rule.evaluate(sending(5000, 4500)).hit());
  EXPECT_TRUE(rule.evaluate(sending(5000, 5500)).hit());
  EXPECT_TRUE(rule.evaluate(sending(5000, 4499)).no_hit());
  EXPECT_TRUE(rule.evaluate(sending(5000, 5501)).no_hit());
}

TEST(PassThrough, small_sums_and_nothing_at_all_pass) {
  RuleUnderTest rule;
  EXPECT_TRUE(rule.evaluate(sending(1000, 1000)).no_hit());
  EXPECT_TRUE(rule.evaluate(sending(0, 0)).no_hit());
  EXPECT_TRUE(rule.evaluate(sending(1001, 1001)).hit());
}

TEST(PassThrough, only_what_goes_out_is_judged) {
  RuleUnderTest rule;
  auto row = sending(5000, 5000);
  row["transaction_type"] = "deposit";
  EXPECT_TRUE(rule.evaluate(row).no_hit());
  EXPECT_TRUE(rule.evaluate({{"transaction_type", "purchase"}}).no_hit());
}

TEST(PassThrough, what_is_absent_makes_it_inconclusive_and_the_customer_hears_nothing) {
  RuleUnderTest rule;
  for (const auto* name : {"transaction_type", in, out}) {
    auto row = sending(5000, 5000);
    row.erase(name);
    EXPECT_TRUE(rule.evaluate(row).inconclusive()) << name;
  }
  EXPECT_FALSE(rule.reasons().front().for_customer);
}

TEST(PassThrough, the_types_are_the_feeds) {
  RuleUnderTest rule{{{"incoming", list({"credit"})}, {"outgoing", list({"debit"})}}};
  EXPECT_TRUE(rule.evaluate({{"transaction_type", "debit"},
                             {"sum(amount) by user_id over 1d where transaction_type == \"credit\"",
                              Money::of(9000)},
                             {"sum(amount) by user_id over 1d where transaction_type == \"debit\"",
                              Money::of(8800)}})
                  .hit());
}

}  // namespace
