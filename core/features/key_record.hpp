// The head of what is kept of one key; the states of its windows, trails and tables follow it.
#pragma once

#include <cstdint>
#include <cstring>
#include <limits>

#include "core/features/event_log.hpp"
#include "core/features/history_store.hpp"

namespace assay::core {

inline constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::min();

inline constexpr std::uint32_t kClock = ~std::uint32_t{0} >> 1;  // bits of `touched`

struct KeyRecord {
  StoreKey key;
  std::int64_t newest = kNever;    // event time of what was counted
  std::int64_t advanced = kNever;  // up to where its windows have moved
  std::int64_t covered_from = 0;   // since when nothing of the key was missed
  std::uint32_t touched : 31 = 0;  // rises with the store's transactions
  std::uint32_t turn : 1 = 0;      // as the store's: it is not waiting for a snapshot
  std::uint32_t currency = 0;      // of the money in this record; 0 while there was none
  std::uint32_t other = 0;         // record of the same key in another currency
  std::uint32_t panes = 0;         // what was folded out of the log
  LogRoot log;
};
static_assert(sizeof(KeyRecord) == 64);

// States behind the head are bytes at offsets that the shape knows.
template <class T>
T& state_at(KeyRecord& record, std::uint32_t offset) {
  return *reinterpret_cast<T*>(reinterpret_cast<std::byte*>(&record) + offset);
}

}  // namespace assay::core
