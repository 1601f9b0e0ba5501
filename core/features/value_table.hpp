// The values that one key has met, each with two numbers: when first and last, or how often.
//
// Open addressing in one block of the pool, which grows by half and later by a quarter; a few
// values cost a few dozen bytes. A table is one handle in its owner's record; this class is how one
// looks at it.
//
// Thread: as its owner.
#pragma once

#include <cstdint>
#include <limits>

#include "core/features/block_pool.hpp"

namespace assay::core {

class ValueTable final {
 public:
  struct Entry {
    std::uint64_t value;
    std::int64_t first;  // kEmpty where there is no entry
    std::int64_t second;
  };
  static constexpr std::int64_t kEmpty = std::numeric_limits<std::int64_t>::min();

  ValueTable(BlockPool& pool, std::uint32_t& handle) : pool_(&pool), handle_(&handle) {}

  std::uint32_t size() const { return *handle_ == 0 ? 0 : head().size; }
  // A note of the owner's about the table as a whole; kEmpty at first.
  std::int64_t mark() const { return *handle_ == 0 ? kEmpty : head().mark; }
  void set_mark(std::int64_t mark) const { head().mark = mark; }

  // Of where the value is looked for first.
  [[gnu::always_inline]] void prefetch(std::uint64_t value) const {
    if (*handle_ != 0) __builtin_prefetch(&entries()[home(value, head().capacity)]);
  }

  // Null where the value is not there.
  Entry* find(std::uint64_t value) const { return seek(value).entry; }
  // The same, with the place for it where it is not there.
  struct Sought {
    Entry* entry = nullptr;
    Entry* place = nullptr;  // null in a table that has none yet
  };
  Sought seek(std::uint64_t value) const {
    if (*handle_ == 0) return {};
    const auto capacity = head().capacity;
    auto* const all = entries();
    for (auto i = home(value, capacity);; i = i + 1 == capacity ? 0 : i + 1) {
      if (all[i].first == kEmpty) return {nullptr, &all[i]};
      if (all[i].value == value) return {&all[i], nullptr};
    }
  }
  // The value must not be there. The numbers are the caller's to set.
  Entry& insert(std::uint64_t value);
  // As seek() has found its place.
  Entry& insert(std::uint64_t value, Entry* place) {
    if (place == nullptr || is_full()) return insert(value);
    ++head().size;
    *place = {value, 0, 0};
    return *place;
  }
  void erase(Entry& entry) const;
  void clear();

  template <class Visit>
  void each(Visit&& visit) const {
    if (*handle_ == 0) return;
    for (std::uint32_t i = 0; i < head().capacity; ++i) {
      if (entries()[i].first != kEmpty) visit(entries()[i]);
    }
  }
  // Erases all entries for which `is` holds.
  template <class Is>
  void erase_if(Is&& is) const {
    if (*handle_ == 0) return;
    for (std::uint32_t i = 0; i < head().capacity;) {
      // What moves into the place is looked at as well.
      if (entries()[i].first != kEmpty && is(entries()[i])) {
        erase(entries()[i]);
      } else {
        ++i;
      }
    }
  }

  static std::size_t bytes(std::uint32_t capacity) {
    return sizeof(Head) + std::size_t{capacity} * sizeof(Entry);
  }

 private:
  struct Head {
    std::uint32_t size;
    std::uint32_t capacity;
    std::int64_t mark;
  };

  Head& head() const { return *reinterpret_cast<Head*>(pool_->at(*handle_)); }
  Entry* entries() const { return reinterpret_cast<Entry*>(pool_->at(*handle_) + sizeof(Head)); }
  static std::uint32_t home(std::uint64_t value, std::uint32_t capacity) {
    const auto mixed = static_cast<std::uint32_t>((value * 0x9e3779b97f4a7c15u) >> 32);
    return static_cast<std::uint32_t>(std::uint64_t{mixed} * capacity >> 32);
  }
  bool is_full() const { return (head().size + 1) * 8 > head().capacity * 7; }
  Entry& free_place(std::uint64_t value) const;
  void grow();

  BlockPool* pool_;
  std::uint32_t* handle_;
};

}  // namespace assay::core
