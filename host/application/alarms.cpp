#include "host/application/alarms.hpp"

#include <algorithm>
#include <string>

namespace assay::host {
namespace {

std::string_view word_of(core::Action action) {
  switch (action) {
    case core::Action::allow:
      return "allow";
    case core::Action::review:
      return "review";
    case core::Action::block:
      return "block";
    case core::Action::none:
      break;
  }
  return "none";
}

}  // namespace

std::optional<core::BreakerInfo> breaker_of(const RuleConfig& config) {
  if (!config.breaker) return std::nullopt;
  const auto& breaker = *config.breaker;
  return core::BreakerInfo{
      {breaker.share, static_cast<std::uint64_t>(breaker.count), breaker.window}, breaker.demote};
}

std::optional<core::AlarmLimits> cap_of(const DecisionConfig& config) {
  if (!config.cap) return std::nullopt;
  // A limit is the largest number that is still right.
  return core::AlarmLimits{0, static_cast<std::uint64_t>(config.cap->declines) + 1,
                           config.cap->window};
}

bool check_demotion(const std::vector<RuleConfig>& configs,
                    const std::vector<core::RuleInfo>& rules, Diagnostics& diagnostics) {
  bool sound = true;
  for (const auto& rule : rules) {
    if (!rule.breaker || !rule.breaker->demote) continue;
    const auto acting = std::ranges::find_if(rule.reasons, [](const core::ReasonInfo& reason) {
      return reason.action != core::Action::none;
    });
    if (acting == rule.reasons.end()) continue;
    const auto config = std::ranges::find(configs, rule.id, &RuleConfig::id);
    diagnostics.add(
        {.code = Code::demoted_action,
         .message = "the breaker of rule `" + rule.id + "` may not demote it: it has a hard action",
         .span = config->breaker->span,
         .note = "`decision.actions` has `" + std::string(word_of(acting->action)) + "` for `" +
                 acting->code + "`; whoever floods the rule would switch that off",
         .help = "remove `demote`: the breaker alarms without it, too",
         .path = "rules." + rule.id + ".breaker.demote"});
    sound = false;
  }
  return sound;
}

}  // namespace assay::host
