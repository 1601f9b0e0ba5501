// A rule without code, from its file: `when` compiled, the reason's words, the evidence.
//
// Everything that can be wrong with it is a diagnostic at the characters at fault.
//
// Thread: control; what is made belongs to the worker that it is made for.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "core/model/rule_info.hpp"
#include "core/rules/condition_rule.hpp"
#include "host/config/config.hpp"
#include "host/diagnostics/diagnostic.hpp"
#include "host/names/scope.hpp"

namespace assay::host {

struct RuleCondition {
  core::RuleInfo info;  // without hard actions
  std::shared_ptr<const core::ConditionRule> rule;
  std::vector<std::uint32_t> features;  // numbers of those that the condition reads
};

// Of a rule that has `when`. Nothing when refused.
[[nodiscard]] std::optional<RuleCondition> make_rule_condition(const RuleConfig& config,
                                                               Scope& scope,
                                                               Diagnostics& diagnostics);

}  // namespace assay::host
