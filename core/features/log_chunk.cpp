#include "core/features/log_chunk.hpp"

namespace assay::core {

void ChunkView::put_time(std::byte* at, std::int64_t time) const {
  const auto gap = time - head().base;
  if (head().wide != 0) {
    std::memcpy(at, &gap, 8);
  } else {
    const auto offset = static_cast<std::uint32_t>(gap / kMillisecond);
    std::memcpy(at, &offset, 4);
  }
}

void ChunkView::insert(unsigned i, std::int64_t time, std::uint64_t mask,
                       const std::int64_t* columns) {
  auto* const at = event(i);
  if (i < end()) std::memmove(event(i + 1), at, std::size_t{end() - i} * head().stride);
  put_time(at, time);
  auto* to = at + time_bytes();
  // What is written too far is what the columns are put over, or stands behind the last event.
  if (i == end() || shape_->columns > 0) {
    std::memcpy(to, &mask, sizeof mask);
  } else {
    std::memcpy(to, &mask, shape_->mask_bytes);
  }
  to += shape_->mask_bytes;
  for (std::uint32_t c = 0; c < shape_->columns; ++c, to += 8) std::memcpy(to, &columns[c], 8);
  ++head().end;
}

void ChunkView::erase(unsigned i) {
  std::memmove(event(i), event(i + 1), std::size_t{end() - i - 1} * head().stride);
  --head().end;
}

bool ChunkView::begin_at(std::int64_t base, std::int64_t time) const {
  auto& head = this->head();
  const auto later = base - head.base;
  if (head.wide != 0 || later <= 0 || later % kMillisecond != 0 || !narrow_fits(base, time)) {
    return false;
  }
  for (unsigned i = head.begin; i < head.end; ++i) put_time(event(i), this->time(i) - later);
  head.base = base;
  return true;
}

unsigned ChunkView::close_up() const {
  auto& head = this->head();
  const unsigned places = head.begin;
  std::memmove(event(0), event(places), std::size_t{head.end - places} * head.stride);
  head.end = static_cast<std::uint8_t>(head.end - places);
  head.begin = 0;
  return places;
}

void ChunkView::append(const ChunkView& from, unsigned first, unsigned last) {
  const auto count = std::size_t{last - first};
  auto* to = event(end());
  if (from.head().wide == head().wide) {
    std::memcpy(to, from.event(first), count * head().stride);
    if (from.head().base != head().base) {
      for (auto i = first; i < last; ++i, to += head().stride) put_time(to, from.time(i));
    }
  } else {
    for (auto i = first; i < last; ++i, to += head().stride) {
      put_time(to, from.time(i));
      std::memcpy(to + time_bytes(), from.event(i) + from.time_bytes(),
                  head().stride - time_bytes());
    }
  }
  head().end = static_cast<std::uint8_t>(end() + count);
}

}  // namespace assay::core
