// What a chain says about fallbacks: whether it can be, and what it means for the steps.
//
// Thread: control.
#pragma once

#include "host/config/config.hpp"
#include "host/config/node.hpp"
#include "host/diagnostics/diagnostic.hpp"

namespace assay::host {

/// Reports each fallback that cannot be, with its place in the chain's map, and makes the others as
/// required as their steps.
void settle_fallbacks(ChainConfig& chain, const Node& map, Diagnostics& diagnostics);

/// The step that has this one for its fallback; null where none has.
[[nodiscard]] const StepConfig* step_before(const std::vector<StepConfig>& steps,
                                            const StepConfig& fallback);

}  // namespace assay::host
