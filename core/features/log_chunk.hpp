// Up to 64 events side by side: times, masks, then one column after the other.
//
// Times are relative to the chunk's base: milliseconds in four bytes, or nanoseconds in eight where
// one of the times is finer or the span longer than 49 days.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "core/features/block_pool.hpp"

namespace assay::core {

struct ChunkShape {
  std::uint32_t columns = 0;
  std::uint32_t mask_bytes = 0;  // 0 where every event has the one mask there is
};

inline constexpr unsigned kChunkEvents = 64;

class ChunkView final {
 public:
  ChunkView() = default;
  ChunkView(std::byte* at, const ChunkShape& shape) : at_(at), shape_(&shape) {}

  struct Head {
    std::int64_t base;
    std::uint8_t capacity;
    std::uint8_t begin;  // the first event that is still wanted
    std::uint8_t end;
    std::uint8_t wide;
    std::uint32_t reserved;
  };
  static_assert(sizeof(Head) == 16);

  static std::size_t bytes(const ChunkShape& shape, unsigned capacity, bool wide) {
    return masks_end(shape, capacity, wide) + std::size_t{capacity} * shape.columns * 8;
  }

  Head& head() const { return *reinterpret_cast<Head*>(at_); }
  bool empty() const { return at_ == nullptr; }  // a view of nothing
  unsigned begin() const { return head().begin; }
  unsigned end() const { return head().end; }
  std::size_t bytes() const { return bytes(*shape_, head().capacity, head().wide != 0); }

  std::int64_t time(unsigned i) const {
    const auto* times = at_ + sizeof(Head);
    if (head().wide != 0) {
      std::int64_t offset = 0;
      std::memcpy(&offset, times + i * 8, 8);
      return head().base + offset;
    }
    std::uint32_t offset = 0;
    std::memcpy(&offset, times + i * 4, 4);
    return head().base + std::int64_t{offset} * kMillisecond;
  }
  std::uint64_t mask(unsigned i) const {
    if (shape_->mask_bytes == 0) return 1;
    std::uint64_t mask = 0;
    std::memcpy(&mask, masks() + i * shape_->mask_bytes, shape_->mask_bytes);
    return mask;
  }
  std::int64_t column(std::uint32_t column, unsigned i) const {
    std::int64_t value = 0;
    std::memcpy(&value, columns(column) + i * 8, 8);
    return value;
  }

  // Whether a time can stand in it as it is.
  bool fits(std::int64_t time) const {
    if (head().wide != 0) return true;
    return narrow_fits(head().base, time);
  }
  static bool narrow_fits(std::int64_t base, std::int64_t time) {
    const auto gap = time - base;
    return gap >= 0 && gap <= std::int64_t{0xffffffff} * kMillisecond && gap % kMillisecond == 0;
  }

  // Makes room at `i`, which must be within capacity, and puts the event there.
  void insert(unsigned i, std::int64_t time, std::uint64_t mask, const std::int64_t* columns);
  void erase(unsigned i);
  // Appends the events [first, last) of another chunk of the same shape; their times must fit.
  void append(const ChunkView& from, unsigned first, unsigned last);

  // The first event in [begin, end) later than `time`, or end().
  unsigned after(std::int64_t time) const {
    auto low = begin();
    auto high = end();
    while (low < high) {
      const auto middle = (low + high) / 2;
      if (this->time(middle) <= time) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  static constexpr std::int64_t kMillisecond = 1'000'000;

 private:
  static std::size_t masks_end(const ChunkShape& shape, unsigned capacity, bool wide) {
    const auto bytes = sizeof(Head) + std::size_t{capacity} * ((wide ? 8 : 4) + shape.mask_bytes);
    return (bytes + 7) / 8 * 8;
  }
  std::byte* masks() const {
    return at_ + sizeof(Head) + std::size_t{head().capacity} * (head().wide != 0 ? 8 : 4);
  }
  std::byte* columns(std::uint32_t column) const {
    return at_ + masks_end(*shape_, head().capacity, head().wide != 0) +
           std::size_t{column} * head().capacity * 8;
  }
  std::size_t time_bytes() const { return head().wide != 0 ? 8 : 4; }
  void put_time(unsigned i, std::int64_t time) const;
  void shift(unsigned from, unsigned to, unsigned count) const;

  std::byte* at_ = nullptr;
  const ChunkShape* shape_ = nullptr;
};

}  // namespace assay::core
