// How a store of one plan becomes that of the next: kept as it is, written over, or begun.
//
// Thread: the owner of the stores.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "core/features/feature_plan.hpp"
#include "core/features/history_store.hpp"
#include "core/features/memory_share.hpp"

namespace assay::core {

// Where a store of a plan comes from.
struct StoreOrigin {
  std::optional<std::uint32_t> store;  // the elder plan's of the same key; nothing: there is none
  // For each of its features the elder store's number of it; nothing for one that is new.
  std::vector<std::optional<std::uint32_t>> features;
  bool same = false;  // all features, in the same order, and no others
};

[[nodiscard]] StoreOrigin origin_of(const FeaturePlan& elder, const FeaturePlan& next,
                                    std::uint32_t store);

// `elder` is null where there was none. `now`: event time up to which events were counted before.
// The share must outlive the store; what it has used is its owner's to count anew.
[[nodiscard]] std::unique_ptr<HistoryStore> succeed_store(std::unique_ptr<HistoryStore> elder,
                                                          const StoreOrigin& origin,
                                                          const FeaturePlan& next,
                                                          std::uint32_t store, MemoryShare& share,
                                                          std::int64_t now);

}  // namespace assay::core
