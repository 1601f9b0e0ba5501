// How much of a feature's window has been seen, as a rule reads it.
#include <gtest/gtest.h>

#include <assay/rule.hpp>
#include <assay/testing.hpp>

namespace {

constexpr const char* attempts_text = "count() by card over 10m";
constexpr const char* spent_text = "sum(amount) by card over 24h";

// Two features, of which only the second one's coverage is read.
class Patient {
 public:
  void bind(assay::Binder& binder) {
    attempts_ = binder.feature<std::int64_t>(attempts_text);
    spent_ = binder.covered_feature<assay::Money>(spent_text);
    early_ = binder.reason("early", "{attempts} attempts, {seen} seen",
                           {"attempts", assay::evidence<assay::Duration>("seen")});
  }

  assay::Verdict evaluate(const assay::Row& row, assay::Explain& explain) const {
    const auto attempts = row[attempts_];
    const auto seen = row.coverage(spent_);
    if (!attempts || !seen) return assay::inconclusive();
    if (!row.cold(attempts_) && !row.cold(spent_)) return assay::no_hit();
    explain(*seen);
    return assay::hit(early_, 0.1, *attempts);
  }

 private:
  assay::Feature<std::int64_t> attempts_;
  assay::CoveredFeature<assay::Money> spent_;
  assay::Reason early_;
};

}  // namespace

ASSAY_RULE(Patient, "patient", "1.0.0")

namespace {

using assay::Money;
using assay::testing::RuleUnderTest;
using assay::testing::Value;

TEST(Coverage, has_a_column_only_where_a_rule_asks_for_it) {
  RuleUnderTest rule;
  ASSERT_EQ(rule.columns().size(), 3u);
  EXPECT_EQ(rule.columns()[0].name, attempts_text);
  EXPECT_EQ(rule.columns()[1].name, spent_text);
  EXPECT_EQ(rule.columns()[2].name, std::string("coverage of ") + spent_text);
  EXPECT_EQ(rule.columns()[2].type, std::uint32_t{ASSAY_DURATION});
}

TEST(Coverage, a_rule_reads_how_much_was_seen_and_whether_that_is_too_little) {
  RuleUnderTest rule;
  const auto coverage = std::string("coverage of ") + spent_text;
  const auto cold_spending = rule.evaluate(
      {{attempts_text, 3}, {spent_text, cold(Value(Money::of(5)))}, {coverage, assay::hours{6}}});
  EXPECT_EQ(cold_spending.words, "3 attempts, 6 hours seen");
  EXPECT_TRUE(rule.evaluate({{attempts_text, cold(Value(3))},
                             {spent_text, Money::of(5)},
                             {coverage, assay::hours{24}}})
                  .hit());
  EXPECT_TRUE(
      rule.evaluate({{attempts_text, 3}, {spent_text, Money::of(5)}, {coverage, assay::hours{24}}})
          .no_hit());
  EXPECT_TRUE(rule.evaluate({{attempts_text, 3}, {spent_text, Money::of(5)}}).inconclusive());
}

}  // namespace
