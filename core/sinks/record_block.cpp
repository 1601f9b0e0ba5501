#include "core/sinks/record_block.hpp"

#include <algorithm>
#include <cstring>

namespace assay::core {

void RecordBlock::keep(const std::vector<bool>& wanted) {
  auto& head = this->head();
  auto* base = memory_.get();
  // Rows were laid out one behind the other, so a column's stride is the row's size and the lowest
  // cell its start. A column that the schema lacks has no stride and is in no row.
  std::size_t stride = 0;
  auto first_cell = head.batch.arena;
  for (std::uint32_t i = 0; i < head.batch.column_count; ++i) {
    if (column(i).stride == 0) continue;
    stride = column(i).stride;
    first_cell = std::min(first_cell, column(i).cells);
  }
  auto* spans = reinterpret_cast<assay_span*>(base + head.verdict_spans);
  std::uint32_t kept = 0;
  for (std::uint32_t row = 0; row < head.batch.rows; ++row) {
    if (!wanted[row]) continue;
    if (kept != row) {
      std::memmove(base + first_cell + std::size_t{kept} * stride,
                   base + first_cell + std::size_t{row} * stride, stride);
      if (head.verdict_spans != 0) spans[kept] = spans[row];
    }
    ++kept;
  }
  head.batch.rows = kept;
}

const assay_column& RecordBlock::column(std::uint32_t index) const {
  return reinterpret_cast<const assay_column*>(memory_.get() + header().batch.columns)[index];
}

std::byte RecordBlock::validity(std::uint32_t index, std::uint32_t row) const {
  const auto& described = column(index);
  return memory_[described.validity + std::size_t{row} * described.validity_stride];
}

bool RecordBlock::has(std::uint32_t index, std::uint32_t row) const {
  return validity(index, row) != std::byte{ASSAY_ABSENT};
}

bool RecordBlock::cold(std::uint32_t index, std::uint32_t row) const {
  return validity(index, row) == std::byte{ASSAY_COLD};
}

const std::byte* RecordBlock::cell(std::uint32_t index, std::uint32_t row) const {
  const auto& described = column(index);
  return memory_.get() + described.cells + std::size_t{row} * described.stride;
}

std::string_view RecordBlock::text(assay_cell cell) const {
  return {reinterpret_cast<const char*>(memory_.get()) + header().batch.arena + cell.offset,
          cell.size};
}

}  // namespace assay::core
