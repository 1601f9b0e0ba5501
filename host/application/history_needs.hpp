// How much history a rule's hits need: its `min_history` over the features that it reads.
//
// Thread: control.
#pragma once

#include <cstdint>
#include <vector>

#include "core/model/rule_info.hpp"
#include "host/config/config.hpp"
#include "host/diagnostics/diagnostic.hpp"
#include "host/names/scope.hpp"

namespace assay::host {

// A duration for all features counts for each up to its window: more than that cannot be seen.
// False when refused.
bool add_history_needs(const RuleConfig& config, const std::vector<std::uint32_t>& features,
                       Scope& scope, core::RuleInfo& info, Diagnostics& diagnostics);

}  // namespace assay::host
