#include "core/sinks/record_block.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cstring>
#include <optional>
#include <string>
#include <vector>

#include "core/sinks/record_builder.hpp"
#include "tests/support/record_fakes.hpp"

namespace assay::core {
namespace {

using tests::Relocated;

// `rows` rows with number and name; the name is absent in every third.
class Numbered final {
 public:
  explicit Numbered(const std::vector<std::optional<Slot>>& columns = {kNumber, kName})
      : block_(layout_of(layout_), {256, 1u << 16, 64}),
        builder_(layout_, columns, {ASSAY_DECISION, "t", "g", "s"}) {}

  RecordBlock make(std::uint32_t rows) {
    block_.clear();
    for (std::uint32_t i = 0; i < rows; ++i) {
      block_.add_row();
      block_.put_int64(i, kNumber, i);
      if (i % 3 != 0) block_.put_text(i, kName, "row " + std::to_string(i));
      builder_.append(block_, i);
    }
    return builder_.finish(PartitionId{0}, Offset{0}, Offset{rows});
  }

  static constexpr Slot kNumber{0};
  static constexpr Slot kName{1};

 private:
  static Layout& layout_of(Layout& layout) {
    layout.add("number", FieldType::int64);
    layout.add("name", FieldType::text);
    return layout;
  }
  Layout layout_;
  RowBlock block_;
  RecordBuilder builder_;
};

std::vector<std::int64_t> numbers(const RecordBlock& block, std::uint32_t column) {
  const Relocated copy(block);
  std::vector<std::int64_t> all;
  for (std::uint32_t row = 0; row < copy.records().size(); ++row) {
    all.push_back(copy.records()[row][Field<std::int64_t>(column)].value_or(-1));
  }
  return all;
}

TEST(RecordBlock, a_block_made_of_nothing_is_false) {
  EXPECT_FALSE(RecordBlock());
  EXPECT_TRUE(Numbered().make(0));
}

TEST(RecordBlock, its_cells_name_a_record) {
  const auto block = Numbered().make(3);
  EXPECT_FALSE(block.has(1, 0));
  EXPECT_TRUE(block.has(1, 2));
  assay_cell cell{};
  std::memcpy(&cell, block.cell(1, 2), sizeof cell);
  EXPECT_EQ(block.text(cell), "row 2");
  EXPECT_EQ(block.next(), Offset{3});
}

TEST(RecordBlock, keep_all_and_keep_none) {
  auto block = Numbered().make(4);
  block.keep({true, true, true, true});
  EXPECT_EQ(numbers(block, 0), (std::vector<std::int64_t>{0, 1, 2, 3}));
  block.keep({false, false, false, false});
  EXPECT_EQ(block.rows(), 0u);
  block.keep({});
  EXPECT_EQ(block.rows(), 0u);
}

TEST(RecordBlock, keep_works_where_the_schema_lacks_the_first_column) {
  auto block = Numbered({std::nullopt, Numbered::kNumber}).make(4);
  block.keep({false, true, false, true});
  EXPECT_EQ(numbers(block, 1), (std::vector<std::int64_t>{1, 3}));
  EXPECT_EQ(numbers(block, 0), (std::vector<std::int64_t>{-1, -1}));
}

TEST(RecordBlock, keep_works_where_the_schema_lacks_every_column) {
  auto block = Numbered({std::nullopt, std::nullopt}).make(4);
  block.keep({false, true, false, true});
  EXPECT_EQ(numbers(block, 1), (std::vector<std::int64_t>{-1, -1}));
}

// Any masks, one after the other, on any order of columns, against a plain vector.
RC_GTEST_PROP(RecordBlockProperty, keep_is_a_filter, ()) {
  const auto columns = *rc::gen::element(
      std::vector<std::optional<Slot>>{Numbered::kNumber, Numbered::kName},
      std::vector<std::optional<Slot>>{Numbered::kName, Numbered::kNumber},
      std::vector<std::optional<Slot>>{std::nullopt, Numbered::kNumber, Numbered::kName},
      std::vector<std::optional<Slot>>{Numbered::kNumber, std::nullopt},
      std::vector<std::optional<Slot>>{Numbered::kNumber, Numbered::kNumber});
  std::uint32_t number = 0;
  while (columns[number] != Numbered::kNumber) ++number;
  const auto rows = *rc::gen::inRange<std::uint32_t>(0, 60);
  auto block = Numbered(columns).make(rows);
  std::vector<std::int64_t> model;
  for (std::uint32_t i = 0; i < rows; ++i) model.push_back(i);

  for (int round = 0; round < 3; ++round) {
    const auto wanted =
        *rc::gen::container<std::vector<bool>>(model.size(), rc::gen::arbitrary<bool>());
    std::vector<std::int64_t> left;
    for (std::size_t i = 0; i < model.size(); ++i) {
      if (wanted[i]) left.push_back(model[i]);
    }
    model = left;
    block.keep(wanted);
    RC_ASSERT(numbers(block, number) == model);
  }
  const Relocated copy(block);
  for (std::uint32_t column = 0; column < columns.size(); ++column) {
    if (columns[column] != Numbered::kName) continue;
    for (std::uint32_t row = 0; row < model.size(); ++row) {
      const auto name = copy.records()[row][Field<std::string_view>(column)];
      RC_ASSERT(name.has_value() == (model[row] % 3 != 0));
      if (name) RC_ASSERT(*name == "row " + std::to_string(model[row]));
    }
  }
}

}  // namespace
}  // namespace assay::core
