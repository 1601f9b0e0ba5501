// Finds a key's record: open addressing over 32 bits of the key's hash and the record's handle.
//
// Eight bytes a place, filled to four fifths at most. Places stand in segments, which a directory
// tells apart by the first bits of the hash; a full segment is split in two, so a new key moves no
// more than one segment's keys however many there are. What a record is, and whether it is the one
// that is meant, is the owner's business.
//
// Thread: as its owner.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/features/block_pool.hpp"
#include "core/features/fetch_list.hpp"
#include "core/features/history_store.hpp"

namespace assay::core {

class KeyIndex final {
 public:
  // Where a walk over all places stands.
  struct Hand {
    std::uint32_t tag = 0;    // the first one of its segment
    std::uint32_t place = 0;  // places of the segment from here on were looked at; 0: none yet
  };

  // Its segments come from the pool, which must outlive it.
  explicit KeyIndex(BlockPool& pool) : pool_(&pool) {}

  // Spread over 32 bits, whatever the key's own bits are.
  static std::uint32_t tag(const StoreKey& key) {
    auto mixed = (key.low ^ key.high * 0xff51afd7ed558ccdu) * 0x9e3779b97f4a7c15u;
    mixed ^= mixed >> 32;
    return static_cast<std::uint32_t>(mixed * 0xc4ceb9fe1a85ec53u >> 32);
  }

  std::size_t size() const { return size_; }
  // All places, taken or not.
  std::size_t places() const { return places_; }
  // Of the directory; the pool counts the segments.
  std::size_t bytes() const { return segments_.capacity() * sizeof(Segment); }

  // The record for which `is` holds, or 0. `is` is asked only where the tags agree.
  template <class Is>
  std::uint32_t find(std::uint32_t tag, const Is& is) const {
    if (size_ == 0) return 0;
    const auto view = view_of(segments_[number(tag)]);
    for (auto at = tag & view.mask; view.at[at].record != 0; at = (at + 1) & view.mask) {
      if (view.at[at].tag == tag && is(view.at[at].record)) return view.at[at].record;
    }
    return 0;
  }

  // Where the tag is looked for, which mostly ends within six places.
  void expect(std::uint32_t tag, FetchList& list) const {
    if (size_ == 0) return;
    const auto view = view_of(segments_[number(tag)]);
    const auto* const at = &view.at[tag & view.mask];
    list.add(reinterpret_cast<const std::byte*>(at), 6 * sizeof *at);
  }
  // The first record whose tag agrees, or 0: most likely the one.
  std::uint32_t guess(std::uint32_t tag) const {
    return find(tag, [](std::uint32_t) { return true; });
  }

  // The record must not be there yet.
  void insert(std::uint32_t tag, std::uint32_t record);
  void erase(std::uint32_t tag, std::uint32_t record);

  // Goes on to the next place and says which record it has, or 0. A walk goes up by the tags that
  // segments begin with, round and round, and down in each of them. A key that stays is met once a
  // round, or twice, for one that another's end moves goes down as well; it is missed only where it
  // moves over the end of its segment, or the segment that the hand is in grows or is split.
  std::uint32_t look(Hand& hand) const;
  // What look() will come to that many places on, or 0 where that lies in another segment.
  std::uint32_t ahead(const Hand& hand, std::uint32_t places) const;

 private:
  struct Place {
    std::uint32_t tag = 0;
    std::uint32_t record = 0;  // 0: empty
  };
  // The directory has one for each of the tags' first `depth_` bits; those that differ only in bits
  // behind the segment's own depth are the same one, and alike but for `size`.
  struct Segment {
    std::uint32_t block = 0;
    std::uint32_t size = 0;  // keys; kept by the first of those that are the same
    std::uint8_t bits = 0;   // of the number of its places
    std::uint8_t depth = 0;  // bits that all its tags have in common
  };
  struct View {
    Place* at;
    std::uint32_t mask;
  };

  std::size_t number(std::uint32_t tag) const {
    return static_cast<std::size_t>(std::uint64_t{tag} >> (32 - depth_));
  }
  // Of the first of those that are the same.
  std::size_t first(std::uint32_t tag) const {
    const auto any = number(tag);
    return any >> (depth_ - segments_[any].depth) << (depth_ - segments_[any].depth);
  }
  View view_of(const Segment& segment) const {
    return {reinterpret_cast<Place*>(pool_->at(segment.block)), (1u << segment.bits) - 1};
  }
  Segment make(unsigned bits, unsigned depth);
  void drop(const Segment& segment);
  void put(Segment& segment, Place place) const;
  void set(std::size_t first, const Segment& segment);
  void make_room(std::uint32_t tag);
  void split(std::size_t first);
  void grow(std::size_t first);
  void double_directory();

  BlockPool* pool_;
  std::vector<Segment> segments_;
  unsigned depth_ = 0;
  std::size_t size_ = 0;
  std::size_t places_ = 0;
};

}  // namespace assay::core
