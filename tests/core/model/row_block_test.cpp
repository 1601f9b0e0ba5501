#include "core/model/row_block.hpp"

#include <gtest/gtest.h>

#include <array>
#include <assay/row.hpp>
#include <optional>
#include <string>
#include <vector>

namespace assay::core {
namespace {

class RowBlockTest : public testing::Test {
 protected:
  Layout layout_;
  Slot amount_ = layout_.add("amount", FieldType::decimal);
  Slot name_ = layout_.add("name", FieldType::text);
  Slot card_ = layout_.add("card", FieldType::token);
  Slot place_ = layout_.add("place", FieldType::float64);
};

TEST_F(RowBlockTest, gives_back_what_was_put_and_absent_otherwise) {
  RowBlock block(layout_, {.rows = 2, .arena = 64});
  const auto row = block.add_row();
  EXPECT_FALSE(block.has(row, amount_));
  block.put_int64(row, amount_, -5);
  block.put_double(row, place_, 1.5);
  block.put_token(row, card_, {7, 8});
  ASSERT_TRUE(block.put_text(row, name_, "Ana"));
  EXPECT_EQ(block.int64(row, amount_), -5);
  EXPECT_EQ(block.float64(row, place_), 1.5);
  EXPECT_EQ(block.token(row, card_).low, 8u);
  EXPECT_EQ(block.text(row, name_), "Ana");
  block.put_absent(row, name_);
  EXPECT_FALSE(block.has(row, name_));
}

TEST_F(RowBlockTest, begins_each_row_with_nothing_in_it) {
  RowBlock block(layout_, {.rows = 2, .arena = 64});
  block.put_int64(block.add_row(), amount_, 1);
  block.clear();
  EXPECT_EQ(block.rows(), 0u);
  const auto row = block.add_row();
  EXPECT_FALSE(block.has(row, amount_));
  EXPECT_EQ(block.int64(row, amount_), 0) << "whoever copies the row copies no earlier value";
}

TEST_F(RowBlockTest, says_when_it_is_full) {
  RowBlock block(layout_, {.rows = 2, .arena = 4});
  const auto row = block.add_row();
  EXPECT_FALSE(block.full());
  EXPECT_FALSE(block.put_text(row, name_, "12345"));
  EXPECT_FALSE(block.has(row, name_));
  EXPECT_TRUE(block.put_text(row, name_, "1234"));
  EXPECT_EQ(block.arena_left(), 0u);
  EXPECT_TRUE(block.put_text(row, name_, ""));
  block.add_row();
  EXPECT_TRUE(block.full());
}

TEST_F(RowBlockTest, takes_the_newest_row_back_with_its_texts) {
  RowBlock block(layout_, {.rows = 4, .arena = 16});
  ASSERT_TRUE(block.put_text(block.add_row(), name_, "kept"));
  ASSERT_TRUE(block.put_text(block.add_row(), name_, "dropped"));
  block.drop_row();
  EXPECT_EQ(block.rows(), 1u);
  EXPECT_EQ(block.arena_left(), 12u);
  EXPECT_EQ(block.text(0, name_), "kept");
}

TEST_F(RowBlockTest, takes_any_row_back_and_moves_those_behind_it_up) {
  RowBlock block(layout_, {.rows = 4, .arena = 32});
  for (const auto* text : {"first", "second", "third", "fourth"}) {
    ASSERT_TRUE(block.put_text(block.add_row(), name_, text));
  }
  block.drop_row(1);
  ASSERT_EQ(block.rows(), 3u);
  EXPECT_EQ(block.text(0, name_), "first");
  EXPECT_EQ(block.text(1, name_), "third");
  EXPECT_EQ(block.text(2, name_), "fourth");
  const auto left = block.arena_left();
  block.drop_row(2);
  EXPECT_EQ(block.rows(), 2u);
  EXPECT_EQ(block.arena_left(), left + 6) << "the newest row's texts go with it";
}

TEST_F(RowBlockTest, keeps_what_every_batch_needs) {
  RowBlock block(layout_, {.rows = 4, .arena = 16});
  const auto cell = block.keep_text("review");
  ASSERT_TRUE(block.put_text(block.add_row(), name_, "Ana"));
  block.clear();
  const auto row = block.add_row();
  block.put_cell(row, name_, cell);
  EXPECT_EQ(block.text(row, name_), "review");
  EXPECT_EQ(block.arena_left(), 10u);
}

TEST_F(RowBlockTest, shows_its_rows_through_the_plugin_interface) {
  RowBlock block(layout_, {.rows = 4, .arena = 64});
  const std::array<std::optional<Slot>, 3> columns{name_, std::nullopt, amount_};
  auto* header = block.add_header(columns.data(), columns.size());
  ASSERT_NE(header, nullptr);
  for (const auto* name : {"Ana", "Rui"}) {
    const auto row = block.add_row();
    ASSERT_TRUE(block.put_text(row, name_, name));
    block.put_int64(row, amount_, row + 1);
  }
  block.show(*header);
  ASSERT_EQ(header->rows, 2u);
  const assay::Row row(*header, 1);
  EXPECT_EQ(row[assay::Field<std::string_view>(0)], "Rui");
  EXPECT_EQ(row[assay::Field<std::int64_t>(1)], std::nullopt);
  EXPECT_EQ(row[assay::Field<assay::Money>(2)]->units, 2);
}

TEST_F(RowBlockTest, shows_rows_that_were_moved_elsewhere_in_memory) {
  RowBlock block(layout_, {.rows = 4, .arena = 64});
  const std::array<std::optional<Slot>, 1> columns{name_};
  auto* header = block.add_header(columns.data(), columns.size());
  ASSERT_TRUE(block.put_text(block.add_row(), name_, "Ana"));
  block.show(*header);
  const auto* begin = reinterpret_cast<const std::byte*>(header);
  std::vector<std::uint64_t> copy(header->block_size / 8 + 1);
  std::memcpy(copy.data(), begin, header->block_size);
  block.clear();
  const assay::Row row(*reinterpret_cast<const assay_batch*>(copy.data()), 0);
  EXPECT_EQ(row[assay::Field<std::string_view>(0)], "Ana");
}

TEST_F(RowBlockTest, gives_no_header_where_there_is_no_room) {
  RowBlock block(layout_, {.rows = 4, .arena = 64, .headers = sizeof(assay_batch)});
  const std::array<std::optional<Slot>, 1> columns{name_};
  EXPECT_EQ(block.add_header(columns.data(), columns.size()), nullptr);
}

}  // namespace
}  // namespace assay::core
