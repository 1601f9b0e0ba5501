// Joins the bands of a rule's file to the reasons that the rule declared.
//
// Only now are the limits numbers: a count, a number, an amount or a duration, as the evidence is
// that they are compared with. A band with a code or words of its own becomes one more reason of
// the rule, so that nothing is looked up when it is hit.
//
// Thread: control.
#pragma once

#include "core/model/rule_info.hpp"
#include "host/config/config.hpp"
#include "host/diagnostics/diagnostic.hpp"
#include "host/names/scope.hpp"

namespace assay::host {

// False, with diagnostics, where a band cannot be applied. Call it once, before hard actions are
// given to reasons.
[[nodiscard]] bool apply_bands(const RuleConfig& config, Scope& scope, core::RuleInfo& rule,
                               Diagnostics& diagnostics);

}  // namespace assay::host
