#include "host/isolation/batch_copy.hpp"

#include <cstring>
#include <string_view>

#include "core/model/copy_text.hpp"

namespace assay::host {
namespace {

constexpr std::size_t kAlignment = 16;  // of every part of the block

std::size_t aligned(std::size_t bytes) {
  return (bytes + kAlignment - 1) / kAlignment * kAlignment;
}

std::size_t cell_size(std::uint32_t type) { return type == ASSAY_TOKEN ? 16 : 8; }

template <std::size_t kSize>
void copy_cells(std::byte* to, const std::byte* from, std::uint32_t stride, std::uint32_t rows) {
  for (std::uint32_t row = 0; row < rows; ++row) {
    std::memcpy(to, from, kSize);
    to += kSize;
    from += stride;
  }
}

void copy_validity(std::byte* to, const std::byte* from, std::uint32_t stride, std::uint32_t rows) {
  for (std::uint32_t row = 0; row < rows; ++row) {
    to[row] = *from;
    from += stride;
  }
}

// Texts go behind each other to where `end` is. False where there is no room.
bool copy_texts(std::byte* cells, const std::byte* validity, const std::byte* from,
                std::uint32_t stride, std::uint32_t rows, const std::byte* texts,
                std::span<std::byte> arena, std::size_t& used) {
  for (std::uint32_t row = 0; row < rows; ++row, from += stride, cells += sizeof(assay_cell)) {
    assay_cell cell{0, 0};
    if (validity[row] != std::byte{ASSAY_ABSENT}) {
      std::memcpy(&cell, from, sizeof cell);
      if (cell.size > arena.size() - used) return false;
      core::copy_text(arena.data() + used,
                      {reinterpret_cast<const char*>(texts) + cell.offset, cell.size});
      cell.offset = static_cast<std::uint32_t>(used);
      used += cell.size;
    }
    std::memcpy(cells, &cell, sizeof cell);
  }
  return true;
}

}  // namespace

std::size_t copy_batch(const assay_batch& batch, const std::vector<std::uint32_t>& types,
                       std::span<std::byte> room) {
  const auto* const from = reinterpret_cast<const std::byte*>(&batch);
  const auto* const columns = reinterpret_cast<const assay_column*>(from + batch.columns);
  const std::size_t rows = batch.rows;

  const auto columns_at = aligned(sizeof(assay_batch));
  auto cells_at = aligned(columns_at + types.size() * sizeof(assay_column));
  auto arena_at = cells_at;
  for (const auto type : types) arena_at += aligned(rows * cell_size(type)) + aligned(rows);
  if (arena_at > room.size()) return 0;
  const auto arena = room.subspan(arena_at);
  std::size_t used = 0;

  for (std::size_t i = 0; i < types.size(); ++i) {
    const auto& column = columns[i];
    const auto size = cell_size(types[i]);
    const auto validity_at = cells_at + aligned(rows * size);
    auto* const cells = room.data() + cells_at;
    auto* const validity = room.data() + validity_at;
    copy_validity(validity, from + column.validity, column.validity_stride, batch.rows);
    if (types[i] == ASSAY_TEXT) {
      if (!copy_texts(cells, validity, from + column.cells, column.stride, batch.rows,
                      from + batch.arena, arena, used)) {
        return 0;
      }
    } else if (size == 16) {
      copy_cells<16>(cells, from + column.cells, column.stride, batch.rows);
    } else {
      copy_cells<8>(cells, from + column.cells, column.stride, batch.rows);
    }
    const assay_column described{cells_at, validity_at, static_cast<std::uint32_t>(size), 1};
    std::memcpy(room.data() + columns_at + i * sizeof described, &described, sizeof described);
    cells_at = validity_at + aligned(rows);
  }

  const assay_batch header{sizeof(assay_batch),
                           batch.rows,
                           static_cast<std::uint32_t>(types.size()),
                           batch.flags,
                           columns_at,
                           arena_at,
                           used,
                           arena_at + used,
                           batch.sequence};
  std::memcpy(room.data(), &header, sizeof header);
  return arena_at + used;
}

}  // namespace assay::host
