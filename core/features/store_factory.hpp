// Makes the store that the plan asks for: the one place that knows an implementation by name.
#pragma once

#include <cstdint>
#include <memory>

#include "core/features/feature_plan.hpp"
#include "core/features/history_store.hpp"
#include "core/features/memory_share.hpp"

namespace assay::core {

// The plan and the share must outlive the store.
std::unique_ptr<HistoryStore> make_store(const FeaturePlan& plan, std::uint32_t store,
                                         MemoryShare& share);

}  // namespace assay::core
