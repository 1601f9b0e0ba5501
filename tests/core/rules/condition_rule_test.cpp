// Rules without code, and hits that are held back for want of history.
#include "core/rules/condition_rule.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "core/decision/breakers.hpp"
#include "core/decision/policy.hpp"
#include "core/rules/rule_set.hpp"
#include "tests/support/rule_fakes.hpp"

namespace assay::core {
namespace {

// Answers what the row's `answer` field says.
class Scripted final : public Condition {
 public:
  explicit Scripted(Slot answer) : answer_(answer) {}
  Truth test(const RowBlock& block, std::uint32_t row) const override {
    return static_cast<Truth>(block.int64(row, answer_));
  }

 private:
  Slot answer_;
};

class ConditionRuleTest : public ::testing::Test {
 protected:
  static constexpr std::uint32_t kRows = 8;

  ConditionRuleTest()
      : answer_(layout_.add("answer", FieldType::int64)),
        attempts_(layout_.add("attempts", FieldType::int64)),
        amount_(layout_.add("amount", FieldType::decimal)),
        coverage_(layout_.add("coverage", FieldType::duration)),
        block_(layout_, {kRows, 1024, 1024}) {
    info_ = tests::rule("burst", {tests::reason("burst")});
    info_.reasons[0].evidence = {{"attempts", "", FieldType::int64},
                                 {"amount", "", FieldType::decimal}};
  }

  std::uint32_t row(Truth truth) {
    const auto row = block_.add_row();
    block_.put_int64(row, answer_, static_cast<std::int64_t>(truth));
    return row;
  }
  void evaluate() {
    auto rule = std::make_shared<const ConditionRule>(std::make_unique<Scripted>(answer_), 600'000,
                                                      std::vector{attempts_, amount_});
    set_ = std::make_unique<RuleSet>(
        std::vector<RuleSet::Member>{{nullptr, nullptr, nullptr, std::move(rule)}},
        std::vector{info_});
    set_->evaluate(block_, table_);
    Breakers breakers({info_});
    const std::vector<std::int64_t> event_times(block_.rows(), 0);
    decide({}, {info_}, table_, event_times, breakers, decisions_);
  }

  Layout layout_;
  Slot answer_;
  Slot attempts_;
  Slot amount_;
  Slot coverage_;
  RowBlock block_;
  RuleInfo info_;
  VerdictTable table_{1, kRows};
  std::unique_ptr<RuleSet> set_;
  Decisions decisions_;
};

TEST_F(ConditionRuleTest, yes_hits_no_does_not_absent_is_inconclusive_and_failure_an_error) {
  row(Truth::yes);
  row(Truth::no);
  row(Truth::absent);
  row(Truth::error);
  evaluate();
  EXPECT_EQ(table_.at(0, 0).answer, ASSAY_HIT);
  EXPECT_EQ(table_.at(0, 0).score, 600'000);
  EXPECT_EQ(table_.at(0, 1).answer, ASSAY_NO_HIT);
  EXPECT_EQ(table_.at(0, 2).answer, ASSAY_INCONCLUSIVE);
  EXPECT_EQ(table_.at(0, 3).answer, ASSAY_ERROR);
  EXPECT_EQ(set_->health(0).failures, 1u);
  EXPECT_EQ(set_->health(0).last_message, "the condition cannot be worked out for a transaction");
  EXPECT_EQ(decisions_.rows[0].outcome, Outcome::review) << "its score counts like any other's";
}

TEST_F(ConditionRuleTest, a_hit_carries_what_was_compared) {
  block_.put_int64(row(Truth::yes), attempts_, 6);
  block_.put_int64(0, amount_, 30'000);
  evaluate();
  EXPECT_EQ(table_.evidence(0, 0)[0], 6);
  EXPECT_EQ(table_.evidence(0, 0)[1], 30'000);
  EXPECT_EQ(decisions_.of(0)[0].absent_evidence, 0);
}

TEST_F(ConditionRuleTest, evidence_that_is_absent_is_left_out_and_not_zero) {
  block_.put_int64(row(Truth::yes), amount_, 30'000);
  row(Truth::yes);
  evaluate();
  EXPECT_EQ(decisions_.of(0)[0].absent_evidence, 0b01);
  EXPECT_EQ(decisions_.of(1)[0].absent_evidence, 0b11);
  block_.clear();
  block_.put_int64(row(Truth::yes), attempts_, 7);
  block_.put_int64(0, amount_, 1);
  evaluate();
  EXPECT_EQ(decisions_.of(0)[0].absent_evidence, 0) << "an earlier batch's is gone";
}

TEST_F(ConditionRuleTest, a_hit_on_less_history_than_was_asked_for_is_inconclusive) {
  info_.history = {{coverage_, 100}};
  for (const std::int64_t seen : {99, 100, 101}) {
    block_.put_int64(row(Truth::yes), coverage_, seen);
  }
  row(Truth::yes);
  block_.put_int64(row(Truth::no), coverage_, 0);
  evaluate();
  EXPECT_EQ(table_.at(0, 0).answer, ASSAY_INCONCLUSIVE);
  EXPECT_EQ(table_.at(0, 1).answer, ASSAY_HIT);
  EXPECT_EQ(table_.at(0, 2).answer, ASSAY_HIT);
  EXPECT_EQ(table_.at(0, 3).answer, ASSAY_INCONCLUSIVE) << "nothing is known of its history";
  EXPECT_EQ(table_.at(0, 4).answer, ASSAY_NO_HIT) << "what did not hit has nothing to hold back";
}

TEST_F(ConditionRuleTest, every_need_must_be_met) {
  const auto other = coverage_;
  info_.history = {{attempts_, 5}, {other, 100}};
  block_.put_int64(row(Truth::yes), coverage_, 100);
  block_.put_int64(0, attempts_, 4);
  evaluate();
  EXPECT_EQ(table_.at(0, 0).answer, ASSAY_INCONCLUSIVE);
}

}  // namespace
}  // namespace assay::core
