// Finds a record by its key: open addressing over one tag byte and one pointer a place.
//
// A general hash map costs a node, or a whole cache line, for each holder; this one costs nine
// bytes a place and is filled to four fifths at most. The tags of 64 places share a cache line, so
// a key that is not there is told by one miss and one that is there by three. Erasing moves what
// follows back, so there are no graves and a table that changes for years stays as fast as a new
// one. What a record is, and when two keys are the same, is the owner's business.
//
// Thread: as its owner.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace assay::core {

class HolderIndex final {
 public:
  // The first eight bytes of a record.
  struct Record {
    std::uint32_t hash;
    std::uint32_t size;  // of the record, in bytes
  };

  std::size_t size() const { return size_; }
  std::size_t bytes() const { return tags_.capacity() + records_.capacity() * sizeof(Record*); }

  // The place of the record for which `is` holds, or npos. `is` is asked only where the tags agree.
  template <class Is>
  std::size_t find(std::uint32_t hash, const Is& is) const {
    if (size_ == 0) return npos;
    for (std::size_t at = hash & mask_;; at = (at + 1) & mask_) {
      if (tags_[at] == kEmpty) return npos;
      if (tags_[at] == tag(hash) && is(*records_[at])) return at;
    }
  }
  Record* at(std::size_t place) const { return records_[place]; }

  // Brings near what find() will look at first.
  // Always inlined, both: called, they would look to the compiler like calls without any effect.
  [[gnu::always_inline]] void prefetch(std::uint32_t hash) const {
    if (size_ == 0) return;
    __builtin_prefetch(&tags_[hash & mask_]);
    __builtin_prefetch(&records_[hash & mask_]);
  }
  // Brings near the record that find() will most likely end at.
  [[gnu::always_inline]] void prefetch_record(std::uint32_t hash) const {
    if (size_ == 0) return;
    for (std::size_t at = hash & mask_; tags_[at] != kEmpty; at = (at + 1) & mask_) {
      if (tags_[at] == tag(hash)) return __builtin_prefetch(records_[at]);
    }
  }

  // The record must not be there yet. May allocate.
  void insert(Record* record);
  void replace(std::size_t place, Record* record) { records_[place] = record; }
  void erase(std::size_t place);

  const std::vector<Record*>& records() const { return records_; }  // null where empty

  static constexpr std::size_t npos = ~std::size_t{0};

 private:
  static constexpr std::uint8_t kEmpty = 0;
  // From the hash's upper bits; the lower ones choose the place.
  static std::uint8_t tag(std::uint32_t hash) {
    return static_cast<std::uint8_t>(hash >> 24 | 0x80u);
  }

  void place(Record* record);
  void grow();

  std::vector<std::uint8_t> tags_;
  std::vector<Record*> records_;
  std::size_t mask_ = 0;
  std::size_t size_ = 0;
};

}  // namespace assay::core
