// Builds the relocatable block of a batch from transactions, in either of two layouts.
//
// A rule that keeps a pointer into the block, or that assumes how cells are strided, answers
// differently for one of them: so a rule under test sees every batch twice, column by column at one
// address and row by row at another, and the first block is overwritten before the second call.
#pragma once

#include <assay/testing/bindings.hpp>
#include <cstring>
#include <stdexcept>
#include <string>
#include <vector>

namespace assay::testing {

enum class Layout { by_column, by_row };

// Cells are 16 bytes apart in a row, so that a token fits.
class Block {
 public:
  Block(const std::vector<BoundColumn>& columns, const std::vector<Transaction>& rows,
        Layout layout, std::uint64_t sequence) {
    const auto row_count = rows.size();
    const auto cells = columns.size() * row_count;
    const auto cells_at = sizeof(assay_batch) + columns.size() * sizeof(assay_column);
    const auto validity_at = cells_at + cells * cell_size;
    const auto arena_at = validity_at + cells;

    bytes_.resize(arena_at);
    for (std::size_t c = 0; c < columns.size(); ++c) {
      const auto step = layout == Layout::by_column ? std::size_t{1} : columns.size();
      const auto first = layout == Layout::by_column ? c * row_count : c;
      const assay_column column = {cells_at + first * cell_size, validity_at + first,
                                   static_cast<std::uint32_t>(step * cell_size),
                                   static_cast<std::uint32_t>(step)};
      put(sizeof(assay_batch) + c * sizeof(assay_column), column);
      for (std::size_t r = 0; r < row_count; ++r) {
        const auto found = rows[r].find(columns[c].name);
        const auto value = found == rows[r].end() ? Value() : found->second;
        if (!value.absent() && value.type() != columns[c].type) {
          throw std::invalid_argument("`" + columns[c].name + "` is " + type_name(columns[c].type) +
                                      ", the test gives " + type_name(value.type()));
        }
        bytes_[column.validity + r * step] = static_cast<std::byte>(
            value.absent() ? ASSAY_ABSENT : (value.cold() ? ASSAY_COLD : ASSAY_PRESENT));
        write_cell(column.cells + r * step * cell_size, value, arena_at);
      }
    }
    put(0, assay_batch{sizeof(assay_batch), static_cast<std::uint32_t>(row_count),
                       static_cast<std::uint32_t>(columns.size()), 0, sizeof(assay_batch), arena_at,
                       bytes_.size() - arena_at, bytes_.size(), sequence});
  }

  // A copy at an address of its own, exactly as long as the block: a sanitizer sees who reads past
  // its end.
  using Copy = std::vector<std::byte>;
  Copy copy() const { return Copy(bytes_.begin(), bytes_.end()); }

 private:
  static constexpr std::size_t cell_size = 16;

  template <class T>
  void put(std::size_t at, const T& value) {
    std::memcpy(bytes_.data() + at, &value, sizeof value);
  }

  // An absent cell holds bytes that a rule should not like to find.
  void write_cell(std::size_t at, const Value& value, std::size_t arena_at) {
    struct Writer {
      Block& block;
      std::size_t at;
      std::size_t arena_at;
      void operator()(std::monostate) const {
        std::memset(block.bytes_.data() + at, 0xdd, cell_size);
      }
      void operator()(std::int64_t number) const { block.put(at, number); }
      void operator()(double number) const { block.put(at, number); }
      void operator()(bool flag) const { block.put(at, std::int64_t{flag}); }
      void operator()(Time time) const { block.put(at, time.nanoseconds); }
      void operator()(Duration duration) const { block.put(at, std::int64_t{duration.count()}); }
      void operator()(Money money) const { block.put(at, money.units); }
      void operator()(Token token) const { block.put(at, assay_token{token.high, token.low}); }
      void operator()(const std::string& text) const {
        block.put(at, assay_cell{static_cast<std::uint32_t>(block.bytes_.size() - arena_at),
                                 static_cast<std::uint32_t>(text.size())});
        for (const auto c : text) block.bytes_.push_back(static_cast<std::byte>(c));
      }
    };
    std::visit(Writer{*this, at, arena_at}, value.held());
  }

  std::vector<std::byte> bytes_;
};

}  // namespace assay::testing
