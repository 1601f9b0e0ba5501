// What a store is predicted to keep: the bytes that a budget is planned by.
#pragma once

#include <algorithm>
#include <cstdint>

#include "core/features/store_plan.hpp"

namespace assay::core {

// Bytes of one key, and of each event that it retains. Panes come on top, 32 bytes each.
struct StoreCost {
  std::uint64_t key = 0;
  std::uint64_t event = 0;
};

inline StoreCost cost_of(const StorePlan& store) {
  constexpr std::uint64_t kKey = 48;
  constexpr std::uint64_t kAggregate = 16;
  constexpr std::uint64_t kTime = 4;
  constexpr std::uint64_t kArgument = 8;
  const auto running =
      std::count_if(store.features.begin(), store.features.end(),
                    [](const StoreFeature& one) { return !looks_back(one.aggregate); });
  return {kKey + kAggregate * static_cast<std::uint64_t>(running),
          kTime + kArgument * store.columns.size()};
}

}  // namespace assay::core
