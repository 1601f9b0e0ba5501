#include "host/application/step_conditions.hpp"

#include <utility>

#include "core/model/row_block.hpp"
#include "host/names/condition_text.hpp"
#include "host/names/substitution.hpp"
#include "host/names/text_faults.hpp"

namespace assay::host {
namespace {

// Asks the condition of three rows, one for each decision.
core::OutcomeSet outcomes_of(const core::Condition& condition, core::Slot decision) {
  core::Layout layout;
  while (layout.entries().size() < decision.index) {
    layout.add("unused " + std::to_string(layout.entries().size()), core::FieldType::int64);
  }
  layout.add("decision", core::FieldType::text);
  core::RowBlock block(layout, {core::kOutcomes, 64, 64});
  core::OutcomeSet passing;
  for (std::size_t i = 0; i < core::kOutcomes; ++i) {
    const auto row = block.add_row();
    block.put_text(row, decision, core::to_string(static_cast<core::Outcome>(i)));
    passing.set(i, condition.test(block, row) == core::Truth::yes);
  }
  return passing;
}

}  // namespace

std::optional<StepCondition> make_step_condition(const Node& when, const std::string& step,
                                                 Scope& scope, Diagnostics& diagnostics) {
  const auto who = "the condition of step `" + step + "`";
  const auto filled =
      Substitution::of(when.text, Substitution::Kind::condition, scope.parameters());
  if (!filled) {
    report(diagnostics, Code::bad_condition, who, when, filled.error());
    return std::nullopt;
  }
  auto compiled = compile_condition(filled->text(), scope);
  if (!compiled) {
    report(diagnostics, Code::bad_condition, who, when, *filled, compiled.error());
    return std::nullopt;
  }
  StepCondition made;
  const bool constant = compiled->names.empty();
  if (!constant && compiled->names != std::vector<std::string>{"decision"}) {
    made.of_row = std::move(compiled->condition);
    return made;
  }
  made.outcomes =
      outcomes_of(*compiled->condition, constant ? core::Slot{} : scope.find("decision")->slot);
  if (made.outcomes.none() || (made.outcomes.all() && !constant)) {
    report(diagnostics, Code::bad_condition, who, when, *filled,
           {0, filled->text().size(), "it is the same for every decision",
            "a decision is \"approve\", \"review\" or \"decline\"",
            made.outcomes.all() ? "leave `when` out" : "correct the name"});
    return std::nullopt;
  }
  return made;
}

}  // namespace assay::host
