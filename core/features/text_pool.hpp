// The texts that keys remember, each kept once however many keys remember it.
//
// A text is told by a number for as long as somebody holds it.
//
// Thread: as its owner.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "core/features/block_pool.hpp"

namespace assay::core {

class TextPool final {
 public:
  explicit TextPool(BlockPool& pool) : pool_(&pool) {}

  // Holds the text once more. `hash`: 64 bits that tell texts apart well enough to look.
  std::uint32_t hold(std::string_view text, std::uint64_t hash);
  // Once more the one of that number.
  void hold(std::uint32_t number) { ++entries_[number].holders; }
  void release(std::uint32_t number);
  std::string_view text(std::uint32_t number) const {
    const auto& entry = entries_[number];
    return {reinterpret_cast<const char*>(pool_->at(entry.block)), entry.size};
  }

  std::size_t bytes() const {
    return entries_.capacity() * sizeof(Entry) + table_.capacity() * sizeof(std::uint32_t);
  }

 private:
  struct Entry {
    std::uint64_t hash;
    std::uint32_t block;
    std::uint32_t size;
    std::uint32_t holders;  // 0: a spare entry
    std::uint32_t next_spare;
  };
  static constexpr std::uint32_t kNone = ~std::uint32_t{0};

  void place(std::uint32_t number);
  void grow();

  BlockPool* pool_;
  std::vector<Entry> entries_;
  std::vector<std::uint32_t> table_;  // numbers by hash; a power of two
  std::uint32_t spare_ = kNone;
  std::size_t used_ = 0;
};

}  // namespace assay::core
