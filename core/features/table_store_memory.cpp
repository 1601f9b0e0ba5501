// How a store gives keys up: those that are of no use any more, and, where memory is short, those
// that were not touched for longest.
#include <algorithm>
#include <limits>

#include "core/features/table_store.hpp"

namespace assay::core {
namespace {

// Places of the index that are looked at for one key that is new.
constexpr std::size_t kGlance = 4;
// Keys among which the one that was not touched for longest is given up.
constexpr std::size_t kCandidates = 16;

}  // namespace

void TableStore::free_record(std::uint32_t handle) {
  auto& held = record(handle);
  KeyWindows(pool_, shape_, held, scratch_).clear();
  for (const auto& shape : shape_.trails) {
    Trail trail(pool_, shape, state_at<TrailRoot>(held, shape.offset));
    for (unsigned i = 0; i < trail.size(); ++i) drop_text(shape, trail.entry(i));
    trail.clear();
  }
  for (const auto& shape : shape_.firsts) {
    ValueTable(pool_, state_at<std::uint32_t>(held, shape.offset)).clear();
  }
  pool_.free(handle, shape_.record);
}

void TableStore::forget(std::uint32_t base) {
  keep_for_cut(base);
  const auto& home = record(base);
  evicted_until_ = std::max(evicted_until_, home.newest);
  index_.erase(KeyIndex::tag(home.key), base);
  --keys_;
  ++forgotten_;
  for (auto handle = base; handle != 0;) {
    const auto next = record(handle).other;
    free_record(handle);
    handle = next;
  }
}

// A glance at a few places for each new key finds what is too old in time; only where memory is
// short are keys given up that could still be asked for. Never `keep`.
bool TableStore::make_room(std::uint32_t keep, FeatureCounters& counters) {
  const auto too_old = [&](std::uint32_t handle) {
    return record(handle).newest < newest_ - shape_.reach;
  };
  // Nothing is older than the oldest event of all.
  const bool any_old = oldest_ < newest_ - shape_.reach;
  for (std::size_t i = 0; i < kGlance && any_old; ++i) {
    const auto handle = index_.look(hand_);
    if (handle == 0 || handle == keep || !too_old(handle)) continue;
    forget(handle);
    ++counters.forgotten;
  }
  const auto account = [&] {
    const auto now = bytes();
    share_->used += now - counted_bytes_;
    counted_bytes_ = now;
  };
  account();
  while (share_->exceeded() && keys_ > (keep != 0 ? 1u : 0u)) {
    std::uint32_t oldest = 0;
    std::size_t seen = 0;
    for (std::size_t i = 0; i < index_.places() && seen < kCandidates; ++i) {
      const auto handle = index_.look(hand_);
      if (handle == 0 || handle == keep) continue;
      ++seen;
      const auto age = [&](std::uint32_t one) { return (clock_ - record(one).touched) & kClock; };
      if (oldest == 0 || age(handle) > age(oldest)) oldest = handle;
      if (!too_old(handle)) continue;
      oldest = handle;
      break;
    }
    if (oldest == 0) break;
    ++(too_old(oldest) ? counters.forgotten : counters.evicted);
    forget(oldest);
    account();
  }
  return !share_->exceeded();
}

}  // namespace assay::core
