// The newest eight transactions of a key, one by one: what `last`, `elapsed` and `speed` look at.
//
// In order, only the newest is asked for; a late transaction looks for the one before it. A trail
// is eight bytes in the key's record; this class is how one looks at it.
//
// Thread: as its owner.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "core/features/block_pool.hpp"
#include "core/features/store_shape.hpp"

namespace assay::core {

struct TrailRoot {
  std::uint32_t block = 0;
  std::uint8_t size = 0;
  std::uint8_t capacity = 0;
  std::uint16_t reserved = 0;
};

class Trail final {
 public:
  // An entry is the time, the id where reversals are configured, then the columns.

  Trail(BlockPool& pool, const TrailShape& shape, TrailRoot& root)
      : pool_(&pool), entry_(shape.entry), root_(&root) {}

  unsigned size() const { return root_->size; }
  std::size_t words() const { return entry_ / 8; }  // of an entry
  // Oldest first.
  std::int64_t* entry(unsigned i) const {
    return reinterpret_cast<std::int64_t*>(pool_->at(root_->block) + i * entry_);
  }
  // The newest at or before `time`; null where there is none among those kept.
  const std::int64_t* before(std::int64_t time) const {
    for (unsigned i = root_->size; i-- > 0;) {
      if (*entry(i) <= time) return entry(i);
    }
    return nullptr;
  }
  // Room for an event of that time, behind those of the same time; null where it is older than all
  // that are kept. `drop` is called with an entry that gives way.
  template <class Drop>
  std::int64_t* insert(std::int64_t time, Drop&& drop) {
    unsigned at = root_->size;
    while (at > 0 && *entry(at - 1) > time) --at;
    if (root_->size == kMost) {
      if (at == 0) return nullptr;
      drop(entry(0));
      erase(0);
      --at;
    }
    if (root_->size == root_->capacity) grow();
    auto* const place = entry(at);
    if (at < root_->size) {
      std::memmove(reinterpret_cast<std::byte*>(place) + entry_, place,
                   (root_->size - at) * entry_);
    }
    ++root_->size;
    *place = time;
    return place;
  }
  void erase(unsigned i);
  void clear();

 private:
  static constexpr unsigned kMost = 8;
  void grow();

  BlockPool* pool_;
  std::size_t entry_;  // bytes
  TrailRoot* root_;
};

}  // namespace assay::core
