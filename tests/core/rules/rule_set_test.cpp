#include "core/rules/rule_set.hpp"

#include <gtest/gtest.h>

#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "tests/support/rule_fakes.hpp"

namespace assay::core {
namespace {

using tests::answer;
using tests::FakeRule;
using tests::hit;
using tests::reason;

class RuleSetTest : public ::testing::Test {
 protected:
  static constexpr std::uint32_t kRows = 8;

  RuleSetTest() {
    amount_ = layout_.add("amount", FieldType::decimal);
    city_ = layout_.add("city", FieldType::text);
    block_ = std::make_unique<RowBlock>(layout_, RowBlock::Capacity{kRows, 4096, 4096});
  }

  // Rule number n sees `columns`.
  FakeRule& add(FakeRule::Evaluate evaluate, std::vector<std::optional<Slot>> columns = {}) {
    auto& rule = rules_.emplace_back(std::move(evaluate));
    const auto count = static_cast<std::uint32_t>(columns.size());
    members_.push_back(rule.member(block_->add_header(columns.data(), count)));
    infos_.push_back(
        tests::rule("rule_" + std::to_string(infos_.size()), {reason("a"), reason("b")}));
    return rule;
  }
  void rows(std::uint32_t count) {
    block_->clear();
    for (std::uint32_t i = 0; i < count; ++i) {
      const auto row = block_->add_row();
      if (i % 2 == 0) block_->put_int64(row, amount_, std::int64_t{i} * 10'000);
    }
  }
  RuleSet& set() {
    if (!set_) {
      set_ = std::make_unique<RuleSet>(members_, infos_);
      table_ = std::make_unique<VerdictTable>(members_.size(), kRows);
    }
    return *set_;
  }
  void evaluate(std::uint32_t count) {
    rows(count);
    set().evaluate(*block_, *table_);
  }

  Layout layout_;
  Slot amount_;
  Slot city_;
  std::unique_ptr<RowBlock> block_;
  std::deque<FakeRule> rules_;
  std::vector<RuleSet::Member> members_;
  std::vector<RuleInfo> infos_;
  std::unique_ptr<RuleSet> set_;
  std::unique_ptr<VerdictTable> table_;
};

TEST_F(RuleSetTest, a_rule_sees_its_own_columns_and_absent_is_not_zero) {
  add(FakeRule::each([](const Row& row) {
        const auto amount = row[Field<Money>(1)];
        EXPECT_FALSE(row[Field<std::int64_t>(0)].has_value()) << "the schema lacks this one";
        return amount ? hit(static_cast<std::int32_t>(amount->units)) : answer(ASSAY_INCONCLUSIVE);
      }),
      {std::nullopt, amount_});
  evaluate(4);
  EXPECT_EQ(table_->at(0, 0).answer, ASSAY_HIT);
  EXPECT_EQ(table_->at(0, 1).answer, ASSAY_INCONCLUSIVE);
  EXPECT_EQ(table_->at(0, 2).score, 20'000);
  EXPECT_EQ(table_->at(0, 3).answer, ASSAY_INCONCLUSIVE);
  EXPECT_EQ(set().health(0).failures, 0u);
}

TEST_F(RuleSetTest, a_rule_that_fails_makes_every_row_an_error_even_those_it_had_answered) {
  add([](const assay_batch&, const assay_verdicts& verdicts, assay_error& error) {
    verdicts.rows[0] = hit(1'000'000);
    return tests::fail(error, "the model file is gone");
  });
  add(FakeRule::each([](const Row&) { return hit(7); }));
  evaluate(3);
  for (std::uint32_t row = 0; row < 3; ++row) {
    EXPECT_EQ(table_->at(0, row).answer, ASSAY_ERROR);
    EXPECT_EQ(table_->at(0, row).score, 0);
    EXPECT_EQ(table_->at(1, row).score, 7) << "its neighbour is not touched";
  }
  EXPECT_EQ(set().health(0).failures, 3u);
  EXPECT_EQ(set().health(0).last_message, "the model file is gone");
  EXPECT_EQ(set().health(1).failures, 0u);
}

TEST_F(RuleSetTest, any_status_but_ok_is_a_failure) {
  auto status = ASSAY_END;
  add([&](const assay_batch&, const assay_verdicts&, assay_error&) { return status; });
  for (const assay_status other : {ASSAY_END, ASSAY_NOT_WANTED, ASSAY_UNSUPPORTED, 4711, -4711}) {
    status = other;
    evaluate(1);
    EXPECT_EQ(table_->at(0, 0).answer, ASSAY_ERROR) << other;
  }
}

TEST_F(RuleSetTest, each_failure_brings_its_own_message) {
  int call = 0;
  add([&](const assay_batch&, const assay_verdicts&, assay_error& error) {
    return tests::fail(error, "failure " + std::to_string(++call));
  });
  evaluate(1);
  evaluate(1);
  EXPECT_EQ(set().health(0).last_message, "failure 2");
}

// A complaint with a good status is a mistake of the plugin's; it must not speak for the next one.
TEST_F(RuleSetTest, a_message_left_by_a_call_that_succeeded_is_not_kept_for_the_next_failure) {
  add([](const assay_batch&, const assay_verdicts&, assay_error& error) {
    tests::fail(error, "of another rule");
    return ASSAY_OK;
  });
  add([](const assay_batch&, const assay_verdicts&, assay_error& error) {
    return tests::fail(error, "its own");
  });
  evaluate(1);
  EXPECT_EQ(table_->at(0, 0).answer, ASSAY_NO_HIT);
  EXPECT_EQ(set().health(1).last_message, "its own");
}

TEST_F(RuleSetTest, nonsense_becomes_an_error_and_never_a_hit_or_silence) {
  const std::vector<assay_verdict> nonsense{
      hit(1, 2),                        // a reason that was never declared
      hit(1, 65'535),                   //
      hit(-1),                          // scores out of range
      hit(ASSAY_SCORE_ONE + 1),         //
      hit(INT32_MIN),                   //
      hit(INT32_MAX),                   //
      answer(ASSAY_NOT_EVALUATED + 1),  // answers out of range
      answer(65'535),
  };
  std::size_t next = 0;
  add(FakeRule::each([&](const Row&) { return nonsense[next++]; }));
  evaluate(static_cast<std::uint32_t>(nonsense.size()));
  for (std::uint32_t row = 0; row < nonsense.size(); ++row) {
    EXPECT_EQ(table_->at(0, row).answer, ASSAY_ERROR) << "row " << row;
    EXPECT_EQ(table_->at(0, row).score, 0);
  }
  EXPECT_EQ(set().health(0).failures, nonsense.size());
  EXPECT_NE(set().health(0).last_message.find("never declared"), std::string::npos);
}

TEST_F(RuleSetTest, the_reason_of_a_band_is_no_rules_to_answer_with) {
  add(FakeRule::each([](const Row&) { return hit(1, 1); }));
  infos_[0].band_reasons = 1;
  evaluate(1);
  EXPECT_EQ(table_->at(0, 0).answer, ASSAY_ERROR);
}

TEST_F(RuleSetTest, the_limits_themselves_are_sound) {
  const std::vector<assay_verdict> sound{hit(0, 1),
                                         hit(ASSAY_SCORE_ONE, 1),
                                         // Reason and score are read for hits only.
                                         {ASSAY_INCONCLUSIVE, 99, -5, 0},
                                         {ASSAY_NOT_EVALUATED, 99, -5, 0}};
  std::size_t next = 0;
  add(FakeRule::each([&](const Row&) { return sound[next++]; }));
  evaluate(static_cast<std::uint32_t>(sound.size()));
  EXPECT_EQ(set().health(0).failures, 0u);
  EXPECT_EQ(table_->at(0, 0).answer, ASSAY_HIT);
  EXPECT_EQ(table_->at(0, 1).answer, ASSAY_HIT);
  EXPECT_EQ(table_->at(0, 2).answer, ASSAY_INCONCLUSIVE);
  EXPECT_EQ(table_->at(0, 3).answer, ASSAY_NOT_EVALUATED);
}

TEST_F(RuleSetTest, an_error_that_the_rule_itself_answers_is_counted) {
  add(FakeRule::each([](const Row& row) {
    return row.index() == 1 ? answer(ASSAY_ERROR) : answer(ASSAY_NO_HIT);
  }));
  evaluate(3);
  EXPECT_EQ(set().health(0).failures, 1u);
}

TEST_F(RuleSetTest, verdicts_are_no_hit_before_each_call) {
  bool answers = true;
  add([&](const assay_batch& batch, const assay_verdicts& verdicts, assay_error&) {
    EXPECT_EQ(verdicts.count, batch.rows);
    for (std::uint32_t row = 0; row < batch.rows; ++row) {
      EXPECT_EQ(verdicts.rows[row].answer, ASSAY_NO_HIT);
      if (answers) verdicts.rows[row] = hit(1, 1, 5);
    }
    return ASSAY_OK;
  });
  evaluate(kRows);
  answers = false;
  evaluate(kRows);
  for (std::uint32_t row = 0; row < kRows; ++row) {
    EXPECT_EQ(table_->at(0, row).answer, ASSAY_NO_HIT);
  }
}

TEST_F(RuleSetTest, explained_evidence_stands_behind_the_first) {
  add([](const assay_batch&, const assay_verdicts& verdicts, assay_error&) {
    verdicts.rows[1] = hit(1, 0, 10);
    VerdictTable::explain(&verdicts, 1, 1, 11);
    VerdictTable::explain(&verdicts, 1, 2, 12);
    VerdictTable::explain(&verdicts, 1, 3, 13);
    return ASSAY_OK;
  });
  evaluate(2);
  EXPECT_EQ(table_->evidence(0, 1), (EvidenceValues{10, 11, 12, 13}));
  EXPECT_EQ(table_->evidence(0, 0), EvidenceValues{});
}

TEST_F(RuleSetTest, explaining_what_is_not_there_is_ignored) {
  add([](const assay_batch&, const assay_verdicts& verdicts, assay_error&) {
    for (const std::uint32_t number : {0u, 4u, UINT32_MAX}) {
      VerdictTable::explain(&verdicts, 0, number, 99);
    }
    for (const std::uint32_t row : {2u, kRows, UINT32_MAX}) {
      VerdictTable::explain(&verdicts, row, 1, 99);
    }
    return ASSAY_OK;
  });
  add(FakeRule::each([](const Row&) { return hit(1); }));
  evaluate(2);
  for (std::uint32_t row = 0; row < kRows; ++row) {
    EXPECT_EQ(table_->evidence(0, row), EvidenceValues{});
    EXPECT_EQ(table_->at(1, row % 2).evidence, 0);
  }
}

// Otherwise one customer's numbers would stand in another one's mail.
TEST_F(RuleSetTest, evidence_of_an_earlier_batch_is_gone) {
  bool explains = true;
  add([&](const assay_batch&, const assay_verdicts& verdicts, assay_error&) {
    verdicts.rows[0] = hit(1, 0, 1);
    if (explains) VerdictTable::explain(&verdicts, 0, 1, 4711);
    return ASSAY_OK;
  });
  evaluate(1);
  ASSERT_EQ(table_->evidence(0, 0)[1], 4711);
  explains = false;
  evaluate(1);
  EXPECT_EQ(table_->evidence(0, 0), (EvidenceValues{1, 0, 0, 0}));
}

TEST_F(RuleSetTest, an_empty_batch_is_no_failure) {
  add(FakeRule::each([](const Row&) { return hit(1); }));
  evaluate(0);
  EXPECT_EQ(set().health(0).failures, 0u);
}

TEST_F(RuleSetTest, the_sequence_rises_by_one_from_batch_to_batch) {
  std::vector<std::uint64_t> seen;
  add([&](const assay_batch& batch, const assay_verdicts&, assay_error&) {
    seen.push_back(batch.sequence);
    return ASSAY_OK;
  });
  for (int i = 0; i < 3; ++i) evaluate(1);
  ASSERT_EQ(seen.size(), 3u);
  EXPECT_EQ(seen[1], seen[0] + 1);
  EXPECT_EQ(seen[2], seen[0] + 2);
}

TEST_F(RuleSetTest, only_rules_that_asked_for_it_are_ticked) {
  auto& ticking = add(FakeRule::each([](const Row&) { return answer(ASSAY_NO_HIT); }));
  auto& silent = add(FakeRule::each([](const Row&) { return answer(ASSAY_NO_HIT); }));
  members_[1] = silent.member_without_tick(members_[1].header);
  set().tick(42);
  EXPECT_EQ(ticking.ticks(), 1);
  EXPECT_EQ(ticking.ticked_at(), 42);
  EXPECT_EQ(silent.ticks(), 0);
}

}  // namespace
}  // namespace assay::core
