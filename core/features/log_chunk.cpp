#include "core/features/log_chunk.hpp"

namespace assay::core {

void ChunkView::shift(unsigned from, unsigned to, unsigned count) const {
  const auto move = [&](std::byte* cells, std::size_t size) {
    if (size > 0) std::memmove(cells + to * size, cells + from * size, count * size);
  };
  move(at_ + sizeof(Head), head().wide != 0 ? 8 : 4);
  move(masks(), shape_->mask_bytes);
  for (std::uint32_t c = 0; c < shape_->columns; ++c) move(columns(c), 8);
}

void ChunkView::put(unsigned i, std::int64_t time, std::uint64_t mask) const {
  auto* times = at_ + sizeof(Head);
  const auto gap = time - head().base;
  if (head().wide != 0) {
    std::memcpy(times + i * 8, &gap, 8);
  } else {
    const auto offset = static_cast<std::uint32_t>(gap / kMillisecond);
    std::memcpy(times + i * 4, &offset, 4);
  }
  std::memcpy(masks() + i * shape_->mask_bytes, &mask, shape_->mask_bytes);
}

void ChunkView::insert(unsigned i, std::int64_t time, std::uint64_t mask,
                       const std::int64_t* columns_of) {
  if (i < end()) shift(i, i + 1, end() - i);
  put(i, time, mask);
  for (std::uint32_t c = 0; c < shape_->columns; ++c) {
    std::memcpy(columns(c) + i * 8, &columns_of[c], 8);
  }
  ++head().end;
}

void ChunkView::erase(unsigned i) {
  shift(i + 1, i, end() - i - 1);
  --head().end;
}

void ChunkView::append(const ChunkView& from, unsigned i) {
  const auto at = end();
  put(at, from.time(i), from.mask(i));
  for (std::uint32_t c = 0; c < shape_->columns; ++c) {
    const auto value = from.column(c, i);
    std::memcpy(columns(c) + at * 8, &value, 8);
  }
  ++head().end;
}

}  // namespace assay::core
