#include "host/application/rule_conditions.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include "host/config/text_place.hpp"
#include "host/names/condition_text.hpp"
#include "host/names/text_faults.hpp"
#include "host/plugins/plugin_binder.hpp"
#include "host/plugins/plugin_faults.hpp"
#include "host/plugins/rule_info.hpp"

namespace assay::host {
namespace {

constexpr double kDefaultScore = 0.5;

std::optional<CompiledCondition> compiled(const RuleConfig& config, Scope& scope,
                                          Diagnostics& diagnostics) {
  const auto who = "the condition of rule `" + config.id + "`";
  const auto filled =
      Substitution::of(config.when.text, Substitution::Kind::condition, scope.parameters());
  if (!filled) {
    report(diagnostics, Code::bad_condition, who, config.when, filled.error());
    return std::nullopt;
  }
  auto condition = compile_condition(filled->text(), scope);
  if (!condition) {
    report(diagnostics, Code::bad_condition, who, config.when, *filled, condition.error());
    return std::nullopt;
  }
  return std::move(*condition);
}

bool is_number(core::FieldType type) {
  return type != core::FieldType::text && type != core::FieldType::token &&
         type != core::FieldType::boolean;
}

// Of what the condition has compared, the first numbers.
std::vector<core::Slot> take_evidence(const std::vector<std::string>& names, Scope& scope,
                                      core::ReasonInfo& reason) {
  std::vector<core::Slot> slots;
  for (const auto& name : names) {
    const auto found = scope.find(name);
    if (!found || !is_number(found->type) || slots.size() == ASSAY_MAX_EVIDENCE) continue;
    slots.push_back(found->slot);
    reason.evidence.push_back({name, {}, found->type});
  }
  return slots;
}

}  // namespace

std::optional<RuleCondition> make_rule_condition(const RuleConfig& config, Scope& scope,
                                                 Diagnostics& diagnostics) {
  auto condition = compiled(config, scope, diagnostics);
  core::ReasonInfo reason;
  reason.code = config.code;
  // The words say what stands in the row, so no evidence is among their names.
  const auto fault = compile_words(scope, config.reason.text, {}, reason.words);
  if (fault) {
    add(diagnostics, "rule `" + config.id + "`", place_in(config.reason, fault->at.value_or(0), 1),
        *fault);
  }
  if (!condition || fault) return std::nullopt;

  RuleCondition made;
  for (const auto& name : condition->names) {
    if (const auto found = scope.find(name); found && found->feature) {
      made.features.push_back(*found->feature);
    }
  }
  auto evidence = take_evidence(condition->names, scope, reason);
  made.info = rule_info(config, "expression");
  made.info.reasons.push_back(std::move(reason));
  const auto score = std::lround(config.score.value_or(kDefaultScore) * ASSAY_SCORE_ONE);
  made.rule = std::make_shared<const core::ConditionRule>(
      std::move(condition->condition), static_cast<std::int32_t>(score), std::move(evidence));
  return made;
}

}  // namespace assay::host
