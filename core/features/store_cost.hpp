// What a store is predicted to keep: the bytes that a budget is planned by.
//
// The formula is the one of docs/features.md. What rounding, room to grow and tables take is not in
// it: what is kept is about 1.3 times as much.
#pragma once

#include <bit>
#include <cstdint>

#include "core/features/store_plan.hpp"

namespace assay::core {

// Bytes of one key, and of each event that it retains, where every one brings a value that is new
// to `first_seen`. Panes come on top, 32 bytes each.
struct StoreCost {
  std::uint64_t key = 0;
  std::uint64_t event = 0;
};

inline StoreCost cost_of(const StorePlan& store) {
  constexpr std::uint64_t kKey = 48;
  constexpr std::uint64_t kSum = 16;
  constexpr std::uint64_t kTime = 4;
  constexpr std::uint64_t kField = 8;
  constexpr std::uint64_t kKeptBack = 8;  // transactions
  constexpr std::uint64_t kValue = 24;
  StoreCost cost{kKey, 0};
  std::uint32_t summed = 0;  // bits of columns
  bool sums = false;
  for (const auto& one : store.features) {
    const auto arguments = info(one.aggregate).arguments;
    if (looks_back(one.aggregate)) {
      cost.key += kKeptBack * (kTime + kField * arguments);
    } else if (one.aggregate == Aggregate::first_seen) {
      cost.event += kValue;
    } else {
      sums = true;
      cost.key += kSum;
      if (arguments > 0) summed |= std::uint32_t{1} << one.columns[0];
    }
  }
  if (sums) cost.event += kTime + kField * static_cast<std::uint64_t>(std::popcount(summed));
  return cost;
}

}  // namespace assay::core
