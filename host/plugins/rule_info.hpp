// What the engine knows of a rule from its configuration alone, be it a plugin or a condition.
//
// Thread: control.
#pragma once

#include <string>

#include "core/model/rule_info.hpp"
#include "host/config/config.hpp"

namespace assay::host {

// `plugin`: what judges, with its version. No reasons and no hard actions yet.
[[nodiscard]] core::RuleInfo rule_info(const RuleConfig& config, std::string plugin);

}  // namespace assay::host
