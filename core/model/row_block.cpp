#include "core/model/row_block.hpp"

#include <new>

namespace assay::core {
namespace {

constexpr std::size_t kCacheLine = 64;
constexpr std::size_t kAbsentCell = 32;  // a zero cell of any type and a zero validity byte

std::size_t aligned(std::size_t bytes) {
  return (bytes + kCacheLine - 1) / kCacheLine * kCacheLine;
}

}  // namespace

void RowBlock::Free::operator()(std::byte* memory) const {
  ::operator delete[](memory, std::align_val_t{kCacheLine});
}

RowBlock::RowBlock(const Layout& layout, Capacity capacity)
    : layout_(&layout),
      capacity_(capacity),
      stride_(layout.stride()),
      absent_offset_(aligned(capacity.headers)),
      rows_offset_(aligned(absent_offset_ + kAbsentCell)),
      gathered_offset_(aligned(rows_offset_ + std::size_t{capacity.rows} * stride_)),
      arena_offset_(aligned(gathered_offset_ +
                            (capacity.gathers ? std::size_t{capacity.rows} * stride_ : 0))),
      size_(arena_offset_ + capacity.arena),
      memory_(new (std::align_val_t{kCacheLine}) std::byte[size_]) {
  std::memset(memory_.get(), 0, arena_offset_);
}

assay_cell RowBlock::keep_text(std::string_view text) {
  const assay_cell cell{arena_used_, static_cast<std::uint32_t>(text.size())};
  std::memcpy(memory_.get() + arena_offset_ + arena_used_, text.data(), text.size());
  arena_used_ += cell.size;
  kept_ = arena_used_;
  return cell;
}

void RowBlock::clear() {
  rows_ = 0;
  arena_used_ = kept_;
}

std::uint32_t RowBlock::add_row() {
  row_began_ = arena_used_;
  // The cells, too: whoever copies a row copies no value of an earlier one.
  std::memset(row_at(rows_), ASSAY_ABSENT, stride_);
  return rows_++;
}

void RowBlock::drop_row() {
  --rows_;
  arena_used_ = row_began_;
}

void RowBlock::drop_row(std::uint32_t row) {
  if (row + 1 == rows_) return drop_row();
  auto* const place = row_at(row);
  std::memmove(place, place + stride_, std::size_t{rows_ - row - 1} * stride_);
  --rows_;
}

assay_batch* RowBlock::add_header(const std::optional<Slot>* columns, std::uint32_t count) {
  return add_header(columns, count, rows_offset_);
}

assay_batch* RowBlock::add_gathered_header(const std::optional<Slot>* columns,
                                           std::uint32_t count) {
  return capacity_.gathers ? add_header(columns, count, gathered_offset_) : nullptr;
}

assay_batch* RowBlock::add_header(const std::optional<Slot>* columns, std::uint32_t count,
                                  std::size_t rows_offset) {
  const auto needed = sizeof(assay_batch) + std::size_t{count} * sizeof(assay_column);
  if (headers_used_ + needed > capacity_.headers) return nullptr;
  const auto begin = std::size_t{headers_used_};
  headers_used_ += static_cast<std::uint32_t>(needed);

  auto* header = new (memory_.get() + begin) assay_batch{};
  header->size = sizeof(assay_batch);
  header->column_count = count;
  header->columns = sizeof(assay_batch);
  header->arena = arena_offset_ - begin;
  auto* described = reinterpret_cast<assay_column*>(header + 1);
  for (std::uint32_t i = 0; i < count; ++i) {
    // An optional field that the schema lacks: one absent cell for all rows.
    assay_column column{absent_offset_ - begin, absent_offset_ + 16 - begin, 0, 0};
    if (columns[i]) {
      column.cells = rows_offset + (*layout_)[*columns[i]].cell - begin;
      column.validity = rows_offset + layout_->validity(*columns[i]) - begin;
      column.stride = stride_;
      column.validity_stride = stride_;
    }
    new (described + i) assay_column(column);
  }
  return header;
}

void RowBlock::show(assay_batch& header) const {
  header.rows = rows_;
  header.arena_size = arena_used_;
  header.block_size = header.arena + arena_used_;
  ++header.sequence;
}

void RowBlock::gather(std::span<const std::uint32_t> rows) {
  auto* to = memory_.get() + gathered_offset_;
  for (const auto row : rows) {
    std::memcpy(to, row_at(row), stride_);
    to += stride_;
  }
  gathered_ = static_cast<std::uint32_t>(rows.size());
}

void RowBlock::show_gathered(assay_batch& header) const {
  header.rows = gathered_;
  header.arena_size = arena_used_;
  header.block_size = header.arena + arena_used_;
}

}  // namespace assay::core
