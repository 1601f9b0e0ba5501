#include "core/sinks/record_join.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/sinks/record_builder.hpp"
#include "tests/support/record_fakes.hpp"

namespace assay::core {
namespace {

using tests::Relocated;

const std::vector<FieldType> kTypes{FieldType::int64, FieldType::text, FieldType::text};

// Rows with a number, a name (absent in every third) and a column that the schema lacks; every
// second row has a hit with evidence and words.
class Judged final {
 public:
  Judged()
      : block_(layout_of(layout_), {256, 1u << 16, 64}),
        builder_(layout_, {Slot{0}, Slot{1}, std::nullopt}, {ASSAY_DECISION, "t", "g", "s"}) {
    RuleInfo rule;
    rule.id = "rule";
    rule.plugin = "plugin 1";
    ReasonInfo reason;
    reason.code = "odd";
    reason.evidence.push_back({"number", "pieces", FieldType::int64});
    Words::parse(
        "number is {number}", reason.evidence,
        [](std::string_view) { return std::optional<Slot>(); }, reason.words);
    rule.reasons.push_back(reason);
    rules_.push_back(rule);
  }

  RecordBlock make(std::uint32_t rows) {
    block_.clear();
    Decisions decisions;
    for (std::uint32_t i = 0; i < rows; ++i, ++next_) {
      block_.add_row();
      block_.put_int64(i, Slot{0}, next_);
      if (next_ % 3 != 0) block_.put_text(i, Slot{1}, "row " + std::to_string(next_));
      Decision decision;
      decision.first_verdict = static_cast<std::uint32_t>(decisions.verdicts.size());
      if (next_ % 2 != 0) {
        decision.verdict_count = 1;
        decisions.verdicts.push_back({0, ASSAY_HIT, 0, 1000, Action::none, {next_, 0, 0, 0}});
      }
      decisions.rows.push_back(decision);
    }
    for (std::uint32_t i = 0; i < rows; ++i) builder_.append(block_, i, decisions, rules_);
    return builder_.finish(PartitionId{2}, Offset{next_ - rows}, Offset{next_});
  }

 private:
  static Layout& layout_of(Layout& layout) {
    layout.add("number", FieldType::int64);
    layout.add("name", FieldType::text);
    return layout;
  }
  Layout layout_;
  RowBlock block_;
  RecordBuilder builder_;
  std::vector<RuleInfo> rules_;
  std::int64_t next_ = 0;
};

// What a sink sees of each row, as text.
std::vector<std::string> seen(const RecordBlock& block) {
  const Relocated copy(block);
  const auto records = copy.records();
  std::vector<std::string> all;
  for (std::uint32_t row = 0; row < records.size(); ++row) {
    auto text = std::to_string(records[row][Field<std::int64_t>(0)].value_or(-1));
    text += "|" + std::string(records[row][Field<std::string_view>(1)].value_or("absent"));
    text += "|" + std::string(records[row][Field<std::string_view>(2)].value_or("absent"));
    for (const auto& verdict : records.verdicts(row)) {
      text += "|" + std::string(records.text(verdict.rule)) + " " +
              std::string(records.text(verdict.reason)) + " " +
              std::string(records.text(verdict.words));
      for (const auto& one : records.evidence(verdict)) {
        text += " " + std::string(records.text(one.name)) + "=" + std::to_string(one.bits) + " " +
                std::string(records.text(one.unit));
      }
    }
    all.push_back(text);
  }
  return all;
}

TEST(RecordJoin, one_block_stays_what_it_is) {
  Judged judged;
  const auto block = judged.make(5);
  const RecordBlock* blocks[] = {&block};
  EXPECT_EQ(seen(join(blocks, kTypes)), seen(block));
}

TEST(RecordJoin, names_topic_step_and_the_whole_range) {
  Judged judged;
  const auto first = judged.make(3);
  const auto second = judged.make(4);
  const RecordBlock* blocks[] = {&first, &second};
  const auto joined = join(blocks, kTypes);
  const Relocated copy(joined);
  EXPECT_EQ(copy.records().topic(), "t");
  EXPECT_EQ(copy.records().step(), "s");
  EXPECT_EQ(copy.records().partition(), 2);
  EXPECT_EQ(copy.records().first_offset(), 0);
  EXPECT_EQ(copy.records().next_offset(), 7);
}

// However the rows were cut into blocks, and whatever was taken out before.
RC_GTEST_PROP(RecordJoin, shows_the_rows_of_all_blocks_one_behind_the_other, ()) {
  Judged judged;
  const auto count = *rc::gen::inRange(1, 6);
  std::vector<RecordBlock> blocks;
  std::vector<std::string> expected;
  for (int i = 0; i < count; ++i) {
    const auto rows = *rc::gen::inRange<std::uint32_t>(0, 9);
    auto block = judged.make(rows);
    block.keep(*rc::gen::container<std::vector<bool>>(rows, rc::gen::arbitrary<bool>()));
    for (auto& row : seen(block)) expected.push_back(std::move(row));
    blocks.push_back(std::move(block));
  }
  std::vector<const RecordBlock*> pointers;
  for (const auto& block : blocks) pointers.push_back(&block);
  RC_ASSERT(seen(join(pointers, kTypes)) == expected);
}

}  // namespace
}  // namespace assay::core
