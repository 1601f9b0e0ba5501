#include "core/features/log_chunk.hpp"

namespace assay::core {

void ChunkView::shift(unsigned from, unsigned to, unsigned count) const {
  const auto move = [&](std::byte* cells, std::size_t size) {
    if (size > 0) std::memmove(cells + to * size, cells + from * size, count * size);
  };
  move(at_ + sizeof(Head), time_bytes());
  move(masks(), shape_->mask_bytes);
  for (std::uint32_t c = 0; c < shape_->columns; ++c) move(columns(c), 8);
}

void ChunkView::put_time(unsigned i, std::int64_t time) const {
  auto* times = at_ + sizeof(Head);
  const auto gap = time - head().base;
  if (head().wide != 0) {
    std::memcpy(times + i * 8, &gap, 8);
  } else {
    const auto offset = static_cast<std::uint32_t>(gap / kMillisecond);
    std::memcpy(times + i * 4, &offset, 4);
  }
}

void ChunkView::insert(unsigned i, std::int64_t time, std::uint64_t mask,
                       const std::int64_t* columns_of) {
  if (i < end()) shift(i, i + 1, end() - i);
  put_time(i, time);
  std::memcpy(masks() + i * shape_->mask_bytes, &mask, shape_->mask_bytes);
  auto* cell = columns(0) + i * 8;
  for (std::uint32_t c = 0; c < shape_->columns; ++c, cell += std::size_t{head().capacity} * 8) {
    std::memcpy(cell, &columns_of[c], 8);
  }
  ++head().end;
}

void ChunkView::erase(unsigned i) {
  shift(i + 1, i, end() - i - 1);
  --head().end;
}

void ChunkView::append(const ChunkView& from, unsigned first, unsigned last) {
  const auto at = end();
  const auto count = last - first;
  const auto copy = [&](std::byte* to, const std::byte* cells, std::size_t size) {
    if (size > 0) std::memcpy(to + at * size, cells + first * size, count * size);
  };
  if (from.head().base == head().base && from.head().wide == head().wide) {
    copy(at_ + sizeof(Head), from.at_ + sizeof(Head), time_bytes());
  } else {
    for (auto i = first; i < last; ++i) put_time(at + i - first, from.time(i));
  }
  copy(masks(), from.masks(), shape_->mask_bytes);
  for (std::uint32_t c = 0; c < shape_->columns; ++c) copy(columns(c), from.columns(c), 8);
  head().end = static_cast<std::uint8_t>(at + count);
}

}  // namespace assay::core
