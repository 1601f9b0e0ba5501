// The newest eight transactions of a key, one by one: what `last`, `elapsed` and `speed` look at.
//
// In order, only the newest is asked for; a late transaction looks for the one before it. Entries
// go round in one block, so in order one place is read and the next one written, and nothing is
// moved. A trail is eight bytes in the key's record; this class is how one looks at it.
//
// Thread: as its owner.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "core/features/block_pool.hpp"
#include "core/features/fetch_list.hpp"
#include "core/features/store_shape.hpp"

namespace assay::core {

struct TrailRoot {
  std::uint32_t block = 0;
  std::uint8_t size = 0;
  std::uint8_t capacity = 0;
  std::uint8_t first = 0;  // place of the oldest entry
  std::uint8_t reserved = 0;
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
    auto place = root_->first + i;
    if (place >= root_->capacity) place -= root_->capacity;
    return reinterpret_cast<std::int64_t*>(pool_->at(root_->block) + place * entry_);
  }
  // The newest at or before `time`; null where there is none among those kept.
  const std::int64_t* before(std::int64_t time) const {
    for (unsigned i = root_->size; i-- > 0;) {
      const auto* const at = entry(i);
      if (*at <= time) return at;
    }
    return nullptr;
  }
  // Room for an event of that time, behind those of the same time; null where it is older than all
  // that are kept. `drop` is called with an entry that gives way.
  template <class Drop>
  std::int64_t* insert(std::int64_t time, Drop&& drop) {
    if (root_->size == kTrail) {
      auto* const oldest = entry(0);
      if (*oldest > time) return nullptr;
      drop(oldest);
      drop_first();
    } else if (root_->size == root_->capacity) {
      grow();
    }
    unsigned at = root_->size++;
    for (; at > 0 && *entry(at - 1) > time; --at) copy(at, at - 1);
    auto* const place = entry(at);
    *place = time;
    return place;
  }
  void erase(unsigned i);
  void clear();

  // What an event in order needs: the newest entry, and the place behind it.
  void expect(FetchList& list) const {
    if (root_->size == 0) return;
    const auto* const newest = reinterpret_cast<const std::byte*>(entry(root_->size - 1u));
    const auto* const first = pool_->at(root_->block);
    list.add(newest, 2 * entry_);
    if (newest == first + (root_->capacity - 1u) * entry_) list.add(first, entry_);
  }

 private:
  void drop_first() {
    const auto next = root_->first + 1;
    root_->first = static_cast<std::uint8_t>(next == root_->capacity ? 0 : next);
    --root_->size;
  }
  void copy(unsigned to, unsigned from) { std::memcpy(entry(to), entry(from), entry_); }
  void grow();

  BlockPool* pool_;
  std::size_t entry_;  // bytes
  TrailRoot* root_;
};

}  // namespace assay::core
