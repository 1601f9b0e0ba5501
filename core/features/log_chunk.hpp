// Up to 64 events one behind the other, each with its time, its mask and its columns: what is read
// of an event is in one place, and so is what is written of a new one.
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

  std::uint32_t stride(bool wide) const { return (wide ? 8 : 4) + mask_bytes + 8 * columns; }
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
    std::uint32_t stride;  // bytes of an event
  };
  static_assert(sizeof(Head) == 16);

  // Masks are read as eight bytes, so there are that many behind the last event.
  static std::size_t bytes(const ChunkShape& shape, unsigned capacity, bool wide) {
    return sizeof(Head) + std::size_t{capacity} * shape.stride(wide) + (shape.columns > 0 ? 0 : 8);
  }
  // An empty one.
  void begin_with(std::int64_t base, unsigned capacity, bool wide) const {
    head() = {base, static_cast<std::uint8_t>(capacity), 0,
              0,    static_cast<std::uint8_t>(wide),     shape_->stride(wide)};
  }

  Head& head() const { return *reinterpret_cast<Head*>(at_); }
  bool empty() const { return at_ == nullptr; }  // a view of nothing
  unsigned begin() const { return head().begin; }
  unsigned end() const { return head().end; }
  std::size_t bytes() const { return bytes(*shape_, head().capacity, head().wide != 0); }

  std::int64_t time(unsigned i) const {
    const auto* const at = event(i);
    if (head().wide != 0) return head().base + load<std::int64_t>(at);
    return head().base + std::int64_t{load<std::uint32_t>(at)} * kMillisecond;
  }
  std::uint64_t mask(unsigned i) const {
    if (shape_->mask_bytes == 0) return 1;
    return load<std::uint64_t>(event(i) + time_bytes()) &
           (~std::uint64_t{0} >> (64 - 8 * shape_->mask_bytes));
  }
  std::int64_t column(std::uint32_t column, unsigned i) const {
    return load<std::int64_t>(event(i) + columns_at() + std::size_t{8} * column);
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

  // Puts an event behind all others; false where there is no room, or its time cannot stand there.
  bool push(std::int64_t time, std::uint64_t mask, const std::int64_t* columns) const;
  // Makes room at `i`, which must be within capacity, and puts the event there.
  void insert(unsigned i, std::int64_t time, std::uint64_t mask, const std::int64_t* columns);
  void erase(unsigned i);
  // Has short times begin at `base`, which is later than before, so that `time` can stand there;
  // false where it cannot. The events that are still wanted are not earlier.
  bool begin_at(std::int64_t base, std::int64_t time) const;
  // Moves the events that are still wanted to the beginning; by how many places.
  unsigned close_up() const;
  // Appends the events [first, last) of another chunk of the same shape; their times must fit.
  void append(const ChunkView& from, unsigned first, unsigned last);

  // The first event in [begin, end) later than `time`, or end().
  unsigned after(std::int64_t time) const {
    auto low = begin();
    auto high = end();
    // Nearly always the newest of all.
    if (low < high && this->time(high - 1) <= time) return high;
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
  friend class ChunkReader;
  template <class T>
  static T load(const std::byte* at) {
    T value;
    std::memcpy(&value, at, sizeof value);
    return value;
  }
  std::byte* event(unsigned i) const { return at_ + sizeof(Head) + std::size_t{i} * head().stride; }
  std::size_t time_bytes() const { return head().wide != 0 ? 8 : 4; }
  std::size_t columns_at() const { return time_bytes() + shape_->mask_bytes; }
  void put_time(std::byte* at, std::int64_t time) const;

  std::byte* at_ = nullptr;
  const ChunkShape* shape_ = nullptr;
};

// The events of a chunk that stays as it is, with what it takes to read them looked up once.
class ChunkReader final {
 public:
  ChunkReader() = default;
  explicit ChunkReader(const ChunkView& chunk)
      : events_(chunk.event(0)),
        base_(chunk.head().base),
        stride_(chunk.head().stride),
        end_(chunk.end()),
        masks_(static_cast<std::uint32_t>(chunk.time_bytes())),
        mask_bytes_(chunk.shape_->mask_bytes) {}

  unsigned end() const { return end_; }
  std::int64_t time(unsigned i) const {
    const auto* const at = event(i);
    if (masks_ == 8) return base_ + ChunkView::load<std::int64_t>(at);
    return base_ + std::int64_t{ChunkView::load<std::uint32_t>(at)} * ChunkView::kMillisecond;
  }
  // Whether there is an event `i`, and later than `time`.
  bool later(unsigned i, std::int64_t time) const { return i<end_&& this->time(i)> time; }
  bool has(unsigned i, std::uint64_t mask) const {
    if (mask_bytes_ == 0) return true;
    // Bits behind those of the event's mask are none of `mask`.
    return (ChunkView::load<std::uint64_t>(event(i) + masks_) & mask) != 0;
  }
  std::uint64_t mask(unsigned i) const {
    if (mask_bytes_ == 0) return 1;
    return ChunkView::load<std::uint64_t>(event(i) + masks_) &
           (~std::uint64_t{0} >> (64 - 8 * mask_bytes_));
  }
  std::int64_t column(std::uint32_t column, unsigned i) const {
    return ChunkView::load<std::int64_t>(event(i) + masks_ + mask_bytes_ + std::size_t{8} * column);
  }

 private:
  const std::byte* event(unsigned i) const { return events_ + std::size_t{i} * stride_; }

  const std::byte* events_ = nullptr;
  std::int64_t base_ = 0;
  std::uint32_t stride_ = 0;
  unsigned end_ = 0;
  std::uint32_t masks_ = 0;  // where an event's mask stands: behind its time
  std::uint32_t mask_bytes_ = 0;
};

// Nearly always an event comes behind all others, and there is room.
inline bool ChunkView::push(std::int64_t time, std::uint64_t mask,
                            const std::int64_t* columns) const {
  auto& head = this->head();
  const ChunkReader held(*this);
  if (head.end == head.capacity || (head.begin < head.end && held.time(head.end - 1u) > time)) {
    return false;
  }
  auto gap = time - head.base;
  auto* to = event(head.end);
  if (head.wide != 0) {
    std::memcpy(to, &gap, 8);
    to += 8;
  } else {
    if (!narrow_fits(head.base, time)) return false;
    const auto offset = static_cast<std::uint32_t>(gap / kMillisecond);
    std::memcpy(to, &offset, 4);
    to += 4;
  }
  // What is written too far is what the columns are put over, or stands behind the last event.
  std::memcpy(to, &mask, sizeof mask);
  to += shape_->mask_bytes;
  const auto count = shape_->columns;
  for (std::uint32_t c = 0; c < count; ++c, to += 8) std::memcpy(to, &columns[c], 8);
  ++head.end;
  return true;
}

}  // namespace assay::core
