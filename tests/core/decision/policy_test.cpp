#include "core/decision/policy.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <array>
#include <cmath>
#include <string>
#include <vector>

#include "tests/support/rule_fakes.hpp"

namespace assay::core {
namespace {

using tests::answer;
using tests::hit;
using tests::reason;

constexpr std::int64_t kTime = 1'700'000'000'000'000'000;

// One transaction's way through the policy.
class PolicyTest : public ::testing::Test {
 protected:
  RuleInfo& add(assay_verdict verdict, Action action = Action::none) {
    verdicts_.push_back(verdict);
    const auto id = "rule_" + std::to_string(rules_.size());
    rules_.push_back(tests::rule(id, {reason("first", action), reason("second")}));
    return rules_.back();
  }
  Decision decide() {
    VerdictTable table(rules_.size(), 1);
    for (std::size_t i = 0; i < rules_.size(); ++i) {
      table.output(i, 1);
      table.at(i, 0) = verdicts_[i];
    }
    Breakers breakers(rules_);
    core::decide(policy_, rules_, table, std::array{kTime}, breakers, decisions_);
    return decisions_.rows.at(0);
  }
  Outcome outcome() { return decide().outcome; }

  Policy policy_;
  std::vector<RuleInfo> rules_;
  std::vector<assay_verdict> verdicts_;
  Decisions decisions_;
};

TEST_F(PolicyTest, without_a_rule_everything_is_approved) {
  EXPECT_EQ(outcome(), Outcome::approve);
  EXPECT_EQ(decide().score, 0);
  EXPECT_EQ(decide().verdict_count, 0u);
}

TEST_F(PolicyTest, the_sum_adds_up_and_is_capped_at_one) {
  add(hit(300'000));
  add(hit(250'000));
  EXPECT_EQ(decide().score, 550'000);
  add(hit(600'000));
  EXPECT_EQ(decide().score, 1'000'000);
}

TEST_F(PolicyTest, the_maximum_is_the_highest_score) {
  policy_.combine = Combine::maximum;
  add(hit(300'000));
  add(hit(450'000));
  add(hit(449'999));
  EXPECT_EQ(decide().score, 450'000);
}

TEST_F(PolicyTest, noisy_or_is_one_minus_the_product_of_the_rest) {
  policy_.combine = Combine::noisy_or;
  add(hit(500'000));
  add(hit(500'000));
  EXPECT_EQ(decide().score, 750'000);
  add(hit(1'000'000));
  EXPECT_EQ(decide().score, 1'000'000);
}

TEST_F(PolicyTest, a_score_exactly_at_a_cut_off_is_over_it) {
  add(hit(499'999));
  EXPECT_EQ(outcome(), Outcome::approve);
  verdicts_[0] = hit(500'000);
  EXPECT_EQ(outcome(), Outcome::review);
  verdicts_[0] = hit(899'999);
  EXPECT_EQ(outcome(), Outcome::review);
  verdicts_[0] = hit(900'000);
  EXPECT_EQ(outcome(), Outcome::decline);
}

// 0.3 three times is a little less than 0.9 in binary: the sum must not be cut.
TEST_F(PolicyTest, a_sum_that_a_person_gets_exact_reaches_the_cut_off) {
  for (int i = 0; i < 3; ++i) add(hit(300'000));
  EXPECT_EQ(decide().score, 900'000);
  EXPECT_EQ(outcome(), Outcome::decline);
}

TEST_F(PolicyTest, a_weight_scales_a_score_and_never_lifts_it_over_one) {
  add(hit(400'000)).weight = 0.5;
  EXPECT_EQ(decide().score, 200'000);
  rules_[0].weight = 10;
  EXPECT_EQ(decide().score, 1'000'000);
  rules_[0].weight = 0;
  EXPECT_EQ(decide().score, 0);
  EXPECT_EQ(decide().verdict_count, 1u) << "a rule without weight is still on record";
}

TEST_F(PolicyTest, a_configured_score_stands_for_the_rules_own) {
  add(hit(100'000)).score = 950'000;
  EXPECT_EQ(outcome(), Outcome::decline);
  EXPECT_EQ(decisions_.of(0)[0].score, 950'000);
}

TEST_F(PolicyTest, a_block_declines_however_low_the_score) {
  add(hit(0), Action::block);
  EXPECT_EQ(outcome(), Outcome::decline);
}

TEST_F(PolicyTest, an_allow_approves_however_high_the_score) {
  add(hit(1'000'000));
  add(hit(0), Action::allow);
  EXPECT_EQ(outcome(), Outcome::approve);
  EXPECT_EQ(decide().score, 1'000'000) << "the score stays what it is";
}

TEST_F(PolicyTest, between_block_and_allow_the_precedence_decides) {
  add(hit(0), Action::allow);
  add(hit(0), Action::block);
  EXPECT_EQ(outcome(), Outcome::decline) << "block comes first by default";
  policy_.first = Action::allow;
  EXPECT_EQ(outcome(), Outcome::approve);
}

TEST_F(PolicyTest, precedence_says_nothing_where_only_one_was_asked_for) {
  policy_.first = Action::allow;
  add(hit(0), Action::block);
  EXPECT_EQ(outcome(), Outcome::decline);
}

TEST_F(PolicyTest, a_review_action_raises_and_never_lowers) {
  add(hit(0), Action::review);
  EXPECT_EQ(outcome(), Outcome::review);
  add(hit(950'000));
  EXPECT_EQ(outcome(), Outcome::decline);
}

TEST_F(PolicyTest, the_action_is_that_of_the_reason_and_not_of_the_rule) {
  add(hit(0, 1), Action::block);
  EXPECT_EQ(outcome(), Outcome::approve);
}

// Evidence above 5 is `raised`, above 10 `high`, and that one blocks.
TEST_F(PolicyTest, the_band_that_the_evidence_lies_in_gives_score_reason_and_action) {
  auto& rule = add(hit(100'000, 0, 5), Action::review);
  rule.reasons.push_back(reason("raised"));
  rule.reasons.push_back(reason("high", Action::block));
  rule.band_reasons = 2;
  rule.reasons[0].bands = Bands(FieldType::int64, {{5, 200'000, 2}, {10, 600'000, 3}});

  EXPECT_EQ(outcome(), Outcome::review) << "below the lowest band the rule's own verdict stands";
  EXPECT_EQ(decisions_.of(0)[0].reason, 0u);
  EXPECT_EQ(decisions_.of(0)[0].score, 100'000);
  verdicts_[0] = hit(100'000, 0, 6);
  EXPECT_EQ(outcome(), Outcome::approve) << "the action is that of the band's reason";
  EXPECT_EQ(decisions_.of(0)[0].reason, 2u);
  EXPECT_EQ(decisions_.of(0)[0].score, 200'000);
  verdicts_[0] = hit(100'000, 0, 11);
  EXPECT_EQ(outcome(), Outcome::decline);
  EXPECT_EQ(decide().score, 600'000);
  EXPECT_EQ(decisions_.of(0)[0].reason, 3u);
  verdicts_[0] = hit(100'000, 1, 11);
  EXPECT_EQ(decide().score, 100'000) << "bands are those of one reason";
}

TEST_F(PolicyTest, a_bands_score_comes_before_the_configured_one) {
  auto& rule = add(hit(0, 0, 6));
  rule.score = 900'000;
  rule.reasons[0].bands = Bands(FieldType::int64, {{5, 200'000, 0}});
  EXPECT_EQ(decide().score, 200'000);
  verdicts_[0] = hit(0, 0, 5);
  EXPECT_EQ(decide().score, 900'000);
}

TEST_F(PolicyTest, a_shadow_rule_is_noted_and_never_acts) {
  for (const auto action : {Action::block, Action::allow, Action::review, Action::none}) {
    rules_.clear();
    verdicts_.clear();
    add(hit(1'000'000), action).mode = RuleMode::shadow;
    EXPECT_EQ(outcome(), Outcome::approve);
    EXPECT_EQ(decide().score, 0);
    ASSERT_EQ(decisions_.of(0).size(), 1u);
    EXPECT_EQ(decisions_.of(0)[0].score, 1'000'000);
  }
}

TEST_F(PolicyTest, a_shadow_allow_does_not_save_what_a_live_rule_declines) {
  add(hit(1'000'000));
  add(hit(0), Action::allow).mode = RuleMode::shadow;
  EXPECT_EQ(outcome(), Outcome::decline);
}

TEST_F(PolicyTest, an_error_counts_as_its_rules_policy_says) {
  add(answer(ASSAY_ERROR)).on_error = OnError::open;
  EXPECT_EQ(outcome(), Outcome::approve);
  rules_[0].on_error = OnError::review;
  EXPECT_EQ(outcome(), Outcome::review);
  rules_[0].on_error = OnError::closed;
  EXPECT_EQ(outcome(), Outcome::decline);
  rules_[0].mode = RuleMode::shadow;
  EXPECT_EQ(outcome(), Outcome::approve) << "a shadow rule's error acts no more than its hit";
}

TEST_F(PolicyTest, a_later_error_that_asks_for_review_does_not_undo_a_decline) {
  add(answer(ASSAY_ERROR)).on_error = OnError::closed;
  add(answer(ASSAY_ERROR)).on_error = OnError::review;
  EXPECT_EQ(outcome(), Outcome::decline);
}

TEST_F(PolicyTest, an_error_that_fails_open_hides_no_other_hit) {
  add(answer(ASSAY_ERROR)).on_error = OnError::open;
  add(hit(900'000));
  EXPECT_EQ(outcome(), Outcome::decline);
}

TEST_F(PolicyTest, inconclusive_and_not_evaluated_are_noted_and_decide_nothing) {
  add({ASSAY_INCONCLUSIVE, 0, 1'000'000, 0}, Action::block).on_error = OnError::closed;
  add({ASSAY_NOT_EVALUATED, 0, 1'000'000, 0}, Action::block).on_error = OnError::closed;
  EXPECT_EQ(outcome(), Outcome::approve);
  EXPECT_EQ(decide().score, 0);
  ASSERT_EQ(decisions_.of(0).size(), 2u);
  EXPECT_EQ(decisions_.of(0)[0].answer, ASSAY_INCONCLUSIVE);
  EXPECT_EQ(decisions_.of(0)[0].action, Action::none);
  EXPECT_EQ(decisions_.of(0)[1].answer, ASSAY_NOT_EVALUATED);
}

TEST_F(PolicyTest, no_hit_is_not_noted) {
  add(answer(ASSAY_NO_HIT));
  add(hit(1));
  decide();
  ASSERT_EQ(decisions_.of(0).size(), 1u);
  EXPECT_EQ(decisions_.of(0)[0].rule, 1u);
}

TEST(PolicyBatch, each_row_gets_its_own_verdicts_in_the_order_of_the_rules) {
  const std::vector<RuleInfo> rules{tests::rule("a", {reason("x")}),
                                    tests::rule("b", {reason("y")})};
  VerdictTable table(2, 8);
  table.output(0, 3);
  table.output(1, 3);
  table.at(0, 0) = hit(500'000);
  table.at(1, 0) = hit(400'000);
  table.at(1, 2) = hit(600'000);
  Decisions decisions;
  Breakers breakers(rules);
  decide({}, rules, table, std::array{kTime, kTime, kTime}, breakers, decisions);
  ASSERT_EQ(decisions.rows.size(), 3u);
  EXPECT_EQ(decisions.rows[0].outcome, Outcome::decline);
  EXPECT_EQ(decisions.of(0)[0].rule, 0u);
  EXPECT_EQ(decisions.of(0)[1].rule, 1u);
  EXPECT_EQ(decisions.rows[1].outcome, Outcome::approve);
  EXPECT_TRUE(decisions.of(1).empty());
  EXPECT_EQ(decisions.rows[2].score, 600'000);
  ASSERT_EQ(decisions.of(2).size(), 1u);

  // The next batch leaves nothing of this one behind.
  table.output(0, 1);
  table.output(1, 1);
  decide({}, rules, table, std::array{kTime}, breakers, decisions);
  ASSERT_EQ(decisions.rows.size(), 1u);
  EXPECT_TRUE(decisions.verdicts.empty());
}

TEST(PolicyBatch, a_hit_without_the_value_lies_in_no_band) {
  auto rule = tests::rule("a", {reason("seen"), reason("low")});
  rule.band_reasons = 1;
  rule.reasons[0].bands = Bands(FieldType::int64, {{std::nullopt, 200'000, 1}});
  const std::vector<RuleInfo> rules{rule};
  VerdictTable table(1, 2);
  const auto* output = table.output(0, 2);
  table.at(0, 0) = hit(100'000);
  table.at(0, 1) = hit(100'000);
  VerdictTable::leave_out(output, 1, 0);
  Decisions decisions;
  Breakers breakers(rules);
  decide({}, rules, table, std::array{kTime, kTime}, breakers, decisions);
  EXPECT_EQ(decisions.of(0)[0].reason, 1u);
  EXPECT_EQ(decisions.of(1)[0].reason, 0u);
  EXPECT_EQ(decisions.rows[1].score, 100'000);
}

// For any hits and weights: a score is between 0 and one, and one hit more never lowers it.
RC_GTEST_PROP(PolicyProperty, one_more_hit_never_lowers_the_score, ()) {
  Policy policy;
  policy.combine = *rc::gen::element(Combine::sum, Combine::maximum, Combine::noisy_or);
  const auto scores = *rc::gen::container<std::vector<std::int32_t>>(
      rc::gen::inRange<std::int32_t>(0, ASSAY_SCORE_ONE + 1));
  std::vector<RuleInfo> rules;
  VerdictTable table(scores.size() + 1, 1);
  std::int32_t before = 0;
  for (std::size_t i = 0; i < scores.size(); ++i) {
    rules.push_back(tests::rule("r", {reason("x")}));
    rules.back().weight = *rc::gen::element(0.0, 0.1, 0.5, 1.0, 3.0);
    table.output(i, 1);
    table.at(i, 0) = hit(scores[i]);
    Decisions decisions;
    Breakers breakers(rules);
    decide(policy, rules, table, std::array{kTime}, breakers, decisions);
    const auto score = decisions.rows[0].score;
    RC_ASSERT(score >= before);
    RC_ASSERT(score <= ASSAY_SCORE_ONE);
    before = score;
  }
}

}  // namespace
}  // namespace assay::core
