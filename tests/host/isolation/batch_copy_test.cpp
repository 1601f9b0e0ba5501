// A batch copied for another process: the declared columns, whole, and nothing besides.
#include "host/isolation/batch_copy.hpp"

#include <gtest/gtest.h>

#include <assay/row.hpp>
#include <optional>
#include <string>
#include <vector>

#include "core/model/row_block.hpp"

namespace assay::tests {
namespace {

class BatchCopyTest : public ::testing::Test {
 protected:
  BatchCopyTest() {
    for (std::uint32_t row = 0; row < 3; ++row) {
      (void)block_.add_row();
      block_.put_int64(row, amount_, std::int64_t{10} * row);
      block_.put_text(row, city_, "city " + std::to_string(row));
      block_.put_text(row, secret_, "nobody else's business");
      block_.put_token(row, card_, {row, 7});
    }
    block_.put_absent(1, city_);
    block_.mark_cold(2, amount_);
    const std::optional<core::Slot> columns[] = {amount_, std::nullopt, city_, card_};
    header_ = block_.add_header(columns, 4);
    block_.show(*header_);
  }

  // Of amount, an absent field, city and card.
  std::size_t copy(std::size_t room) {
    room_.assign(room / sizeof(assay_token), {});
    return host::copy_batch(*header_, {ASSAY_DECIMAL, ASSAY_INT64, ASSAY_TEXT, ASSAY_TOKEN},
                            std::as_writable_bytes(std::span(room_)));
  }
  const assay_batch& copied() const { return *reinterpret_cast<const assay_batch*>(room_.data()); }
  const std::byte* base() const { return reinterpret_cast<const std::byte*>(room_.data()); }
  const assay_column& column(std::uint32_t number) const {
    return reinterpret_cast<const assay_column*>(base() + copied().columns)[number];
  }
  std::uint8_t validity(std::uint32_t number, std::uint32_t row) const {
    const auto& one = column(number);
    return static_cast<std::uint8_t>(base()[one.validity + std::size_t{row} * one.validity_stride]);
  }
  template <class T>
  T cell(std::uint32_t number, std::uint32_t row) const {
    const auto& one = column(number);
    return *reinterpret_cast<const T*>(base() + one.cells + std::size_t{row} * one.stride);
  }
  std::string text(std::uint32_t number, std::uint32_t row) const {
    const auto found = cell<assay_cell>(number, row);
    return {reinterpret_cast<const char*>(base()) + copied().arena + found.offset, found.size};
  }

  core::Layout layout_;
  core::Slot amount_ = layout_.add("amount", core::FieldType::decimal);
  core::Slot city_ = layout_.add("city", core::FieldType::text);
  core::Slot secret_ = layout_.add("secret", core::FieldType::text);
  core::Slot card_ = layout_.add("card", core::FieldType::token);
  core::RowBlock block_{layout_, {8, 1024, 1024}};
  assay_batch* header_ = nullptr;
  std::vector<assay_token> room_;
};

TEST_F(BatchCopyTest, has_every_cell_that_was_declared) {
  const auto size = copy(4096);
  ASSERT_GT(size, 0U);
  EXPECT_EQ(copied().block_size, size);
  EXPECT_EQ(copied().rows, 3U);
  EXPECT_EQ(copied().sequence, 1U);
  for (std::uint32_t row = 0; row < 3; ++row) {
    EXPECT_EQ(cell<std::int64_t>(0, row), 10 * row);
    EXPECT_EQ(validity(1, row), ASSAY_ABSENT);
    EXPECT_EQ(cell<assay_token>(3, row).high, row);
    EXPECT_EQ(cell<assay_token>(3, row).low, 7U);
  }
  EXPECT_EQ(validity(0, 1), ASSAY_PRESENT);
  EXPECT_EQ(validity(0, 2), ASSAY_COLD);
  EXPECT_EQ(text(2, 0), "city 0");
  EXPECT_EQ(validity(2, 1), ASSAY_ABSENT);
  EXPECT_EQ(text(2, 2), "city 2");
}

TEST_F(BatchCopyTest, has_nothing_that_was_not_declared) {
  const auto size = copy(4096);
  const std::string bytes(reinterpret_cast<const char*>(room_.data()), size);
  EXPECT_EQ(bytes.find("nobody"), bytes.npos);
}

TEST_F(BatchCopyTest, says_where_there_is_no_room) {
  const auto size = copy(4096);
  for (std::size_t room = 64; room + 16 <= size; room += 16) EXPECT_EQ(copy(room), 0U) << room;
}

}  // namespace
}  // namespace assay::tests
