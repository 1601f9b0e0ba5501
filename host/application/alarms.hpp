// From the configured breakers and cap to those of the engine.
//
// Thread: control.
#pragma once

#include <optional>
#include <vector>

#include "core/model/alarm_limits.hpp"
#include "core/model/rule_info.hpp"
#include "host/config/config.hpp"
#include "host/diagnostics/diagnostic.hpp"

namespace assay::host {

[[nodiscard]] std::optional<core::BreakerInfo> breaker_of(const RuleConfig& config);
[[nodiscard]] std::optional<core::AlarmLimits> cap_of(const DecisionConfig& config);

// A rule with a hard action is not for its breaker to take out of the way: whoever floods it would
// switch off a block. False, with a diagnostic, where one could.
[[nodiscard]] bool check_demotion(const std::vector<RuleConfig>& configs,
                                  const std::vector<core::RuleInfo>& rules,
                                  Diagnostics& diagnostics);

}  // namespace assay::host
