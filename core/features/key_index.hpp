// Finds a key's record: open addressing over 32 bits of the key's hash and the record's handle.
//
// Eight bytes a place, filled to four fifths at most. What a record is, and whether it is the one
// that is meant, is the owner's business.
//
// Thread: as its owner.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory_resource>
#include <vector>

#include "core/features/history_store.hpp"

namespace assay::core {

class KeyIndex final {
 public:
  struct Place {
    std::uint32_t tag = 0;
    std::uint32_t record = 0;  // 0: empty
  };

  // `memory` must outlive it.
  explicit KeyIndex(std::pmr::memory_resource& memory) : places_(&memory) {}

  // Spread over 32 bits, whatever the key's own bits are.
  static std::uint32_t tag(const StoreKey& key) {
    auto mixed = (key.low ^ key.high * 0xff51afd7ed558ccdu) * 0x9e3779b97f4a7c15u;
    mixed ^= mixed >> 32;
    return static_cast<std::uint32_t>(mixed * 0xc4ceb9fe1a85ec53u >> 32);
  }

  std::size_t size() const { return size_; }
  std::size_t bytes() const { return places_.capacity() * sizeof(Place); }

  // The record for which `is` holds, or 0. `is` is asked only where the tags agree.
  template <class Is>
  std::uint32_t find(std::uint32_t tag, const Is& is) const {
    if (size_ == 0) return 0;
    for (auto at = tag & mask_; places_[at].record != 0; at = (at + 1) & mask_) {
      if (places_[at].tag == tag && is(places_[at].record)) return places_[at].record;
    }
    return 0;
  }

  [[gnu::always_inline]] void prefetch(std::uint32_t tag) const {
    if (size_ != 0) __builtin_prefetch(&places_[tag & mask_]);
  }
  // The first record whose tag agrees, or 0: most likely the one.
  std::uint32_t guess(std::uint32_t tag) const {
    return find(tag, [](std::uint32_t) { return true; });
  }

  // The record must not be there yet.
  void insert(std::uint32_t tag, std::uint32_t record) {
    if ((size_ + 1) * 5 > places_.size() * 4) grow();
    put({tag, record});
    ++size_;
  }
  void erase(std::uint32_t tag, std::uint32_t record) {
    auto hole = tag & mask_;
    while (places_[hole].record != record) hole = (hole + 1) & mask_;
    for (auto at = (hole + 1) & mask_; places_[at].record != 0; at = (at + 1) & mask_) {
      // Those whose own place lies behind the hole stay.
      if (((at - places_[at].tag) & mask_) < ((at - hole) & mask_)) continue;
      places_[hole] = places_[at];
      hole = at;
    }
    places_[hole] = {};
    --size_;
  }

  const std::pmr::vector<Place>& places() const { return places_; }

 private:
  void put(Place place) {
    auto at = place.tag & mask_;
    while (places_[at].record != 0) at = (at + 1) & mask_;
    places_[at] = place;
  }
  void grow() {
    std::pmr::vector<Place> old(places_.empty() ? 16 : places_.size() * 2, places_.get_allocator());
    old.swap(places_);
    mask_ = static_cast<std::uint32_t>(places_.size() - 1);
    for (const auto& place : old) {
      if (place.record != 0) put(place);
    }
  }

  std::pmr::vector<Place> places_;
  std::uint32_t mask_ = 0;
  std::size_t size_ = 0;
};

}  // namespace assay::core
