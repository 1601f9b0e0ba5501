// Rows of one batch in one block of memory, in the form that the plugin ABI hands out.
//
// Front to back: headers (one per reader of the batch, filled once), a cell that is always absent,
// the rows, copies of some of them for those who want one partition's alone, the arena that text
// cells point into. Offsets never change while the block lives, so a
// reader's column descriptors are written at load and only the row count changes per batch. Nothing
// is allocated after construction; a block that cannot take a row says so.
//
// Thread: the worker that owns it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include "core/model/copy_text.hpp"
#include "core/model/layout.hpp"

namespace assay::core {

class RowBlock final {
 public:
  struct Capacity {
    std::uint32_t rows = 512;
    std::uint32_t arena = 1u << 20;  // bytes
    std::uint32_t headers = 1u << 14;
    bool gathers = false;  // there is room for gather()
  };

  // The layout must outlive the block and be complete.
  RowBlock(const Layout& layout, Capacity capacity);

  const Layout& layout() const { return *layout_; }
  std::uint32_t rows() const { return rows_; }
  std::uint32_t max_rows() const { return capacity_.rows; }
  bool full() const { return rows_ == capacity_.rows; }
  std::uint32_t arena_left() const { return capacity_.arena - arena_used_; }

  // Text that every batch needs (the names of outcomes, say); stays through clear(). Kept texts
  // stand in front of all others.
  assay_cell keep_text(std::string_view text);
  std::string_view kept_texts() const { return {reinterpret_cast<const char*>(arena()), kept_}; }

  // Drops all rows and their texts.
  void clear();

  // A further row, all cells absent. Call only while not full().
  std::uint32_t add_row();
  // Takes the newest row back, with the texts that were put since.
  void drop_row();
  // Takes any row back; those behind it move up, and its texts stay until clear() unless it is the
  // newest.
  void drop_row(std::uint32_t row);

  void put_int64(std::uint32_t row, Slot slot, std::int64_t value) { put(row, slot, value); }
  void put_double(std::uint32_t row, Slot slot, double value) { put(row, slot, value); }
  void put_token(std::uint32_t row, Slot slot, assay_token value) { put(row, slot, value); }
  void put_cell(std::uint32_t row, Slot slot, assay_cell value) { put(row, slot, value); }
  // False where the arena is full; the cell is then absent.
  bool put_text(std::uint32_t row, Slot slot, std::string_view text) {
    if (text.size() > arena_left()) {
      put_absent(row, slot);
      return false;
    }
    put(row, slot, add_text(text));
    return true;
  }
  // Text that no slot shows yet. Call only where it fits into arena_left().
  assay_cell add_text(std::string_view text) {
    const assay_cell cell{arena_used_, static_cast<std::uint32_t>(text.size())};
    copy_text(memory_.get() + arena_offset_ + cell.offset, text);
    arena_used_ = cell.offset + cell.size;
    return cell;
  }
  void put_absent(std::uint32_t row, Slot slot) { validity(row, slot) = ASSAY_ABSENT; }
  // Of a value that was put: it comes from less history than was asked for.
  void mark_cold(std::uint32_t row, Slot slot) { validity(row, slot) = ASSAY_COLD; }

  bool has(std::uint32_t row, Slot slot) const {
    return row_at(row)[layout_->validity(slot)] != std::byte{ASSAY_ABSENT};
  }
  // Only where has().
  std::int64_t int64(std::uint32_t row, Slot slot) const { return get<std::int64_t>(row, slot); }
  double float64(std::uint32_t row, Slot slot) const { return get<double>(row, slot); }
  assay_token token(std::uint32_t row, Slot slot) const { return get<assay_token>(row, slot); }
  std::string_view text(std::uint32_t row, Slot slot) const {
    return text(get<assay_cell>(row, slot));
  }
  std::string_view text(assay_cell cell) const {
    return {reinterpret_cast<const char*>(arena()) + cell.offset, cell.size};
  }

  // Raw views, for those who copy rows out or know the places of their cells.
  const std::byte* row_at(std::uint32_t row) const {
    return memory_.get() + rows_offset_ + std::size_t{row} * stride_;
  }
  std::byte* row_at(std::uint32_t row) {
    return memory_.get() + rows_offset_ + std::size_t{row} * stride_;
  }
  const std::byte* arena() const { return memory_.get() + arena_offset_; }

  // Reserves a header at the block's front that shows `columns` (nullopt: always absent). Call
  // while the engine starts. Returns nullptr where `Capacity::headers` is used up.
  assay_batch* add_header(const std::optional<Slot>* columns, std::uint32_t count);
  // Tells a header how many rows there are now.
  void show(assay_batch& header) const;

  // Copies these rows, in this order, to where headers of the second kind show them; their texts
  // are those of the rows.
  void gather(std::span<const std::uint32_t> rows);
  // Such a header. Only where the block gathers.
  assay_batch* add_gathered_header(const std::optional<Slot>* columns, std::uint32_t count);
  // Tells it how many rows were gathered; its sequence is its reader's business.
  void show_gathered(assay_batch& header) const;

 private:
  struct Free {
    void operator()(std::byte* memory) const;
  };

  assay_batch* add_header(const std::optional<Slot>* columns, std::uint32_t count,
                          std::size_t rows_offset);
  std::uint8_t& validity(std::uint32_t row, Slot slot) {
    return reinterpret_cast<std::uint8_t&>(row_at(row)[layout_->validity(slot)]);
  }
  template <class T>
  void put(std::uint32_t row, Slot slot, T value) {
    // Both places are found before either is written: a byte may be anybody's, so after the first
    // write the compiler would look everything up once more.
    auto* const at = row_at(row);
    auto* const validity = at + layout_->validity(slot);
    std::memcpy(at + (*layout_)[slot].cell, &value, sizeof value);
    *validity = std::byte{ASSAY_PRESENT};
  }
  template <class T>
  T get(std::uint32_t row, Slot slot) const {
    T value;
    std::memcpy(&value, row_at(row) + (*layout_)[slot].cell, sizeof value);
    return value;
  }

  const Layout* layout_;
  Capacity capacity_;
  std::uint32_t stride_;
  std::uint32_t rows_ = 0;
  std::uint32_t gathered_ = 0;
  std::uint32_t headers_used_ = 0;
  std::uint32_t kept_ = 0;  // bytes of the arena that clear() leaves
  std::uint32_t arena_used_ = 0;
  std::uint32_t row_began_ = 0;  // arena_used_ when the newest row began
  std::size_t absent_offset_;
  std::size_t rows_offset_;
  std::size_t gathered_offset_;
  std::size_t arena_offset_;
  std::size_t size_;
  std::unique_ptr<std::byte[], Free> memory_;
};

}  // namespace assay::core
