// The panes of one window of one key: sums of what is no longer known singly, 1/256 of the window
// each.
//
// Pane n holds the events from n times its width on, up to the next one's beginning. A list is a
// handle in its owner's block; this class is how one looks at it.
//
// Thread: as its owner.
#pragma once

#include <cstdint>
#include <cstring>

#include "core/features/block_pool.hpp"
#include "core/features/tally.hpp"

namespace assay::core {

// The pane that holds that time.
constexpr std::int64_t pane_of(std::int64_t time, std::int64_t width) {
  return time / width - (time % width < 0 ? 1 : 0);
}

class PaneList final {
 public:
  PaneList(BlockPool& pool, const TallyForm& form, std::uint32_t& handle)
      : pool_(&pool), form_(&form), handle_(&handle) {}

  std::uint32_t size() const { return *handle_ == 0 ? 0 : head().end - head().begin; }
  // Oldest first.
  std::int64_t number(std::uint32_t i) const {
    std::int64_t value = 0;
    std::memcpy(&value, entry(i), sizeof value);
    return value;
  }
  Tally tally(std::uint32_t i) const { return form_->load(entry(i) + 8); }

  void add(std::int64_t number, const Tally& tally);
  void drop_first() const { ++head().begin; }
  void clear();

 private:
  struct Head {
    std::uint32_t begin;
    std::uint32_t end;
    std::uint32_t capacity;
    std::uint32_t reserved;
  };

  Head& head() const { return *reinterpret_cast<Head*>(pool_->at(*handle_)); }
  std::size_t entry_size() const { return 8 + form_->size(); }
  std::size_t bytes(std::uint32_t capacity) const {
    return sizeof(Head) + std::size_t{capacity} * entry_size();
  }
  std::byte* entry(std::uint32_t i) const {
    return pool_->at(*handle_) + sizeof(Head) + (head().begin + std::size_t{i}) * entry_size();
  }
  void make_room();

  BlockPool* pool_;
  const TallyForm* form_;
  std::uint32_t* handle_;
};

}  // namespace assay::core
