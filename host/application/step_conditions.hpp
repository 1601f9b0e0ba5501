// The condition of a chain's step, from its text: the outcomes that pass where it looks at nothing
// else, a condition over the row otherwise.
//
// Thread: control; a condition belongs to the worker that it is made for.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "core/model/condition.hpp"
#include "core/sinks/step.hpp"
#include "host/config/config.hpp"
#include "host/diagnostics/diagnostic.hpp"
#include "host/names/scope.hpp"

namespace assay::host {

struct StepCondition {
  core::OutcomeSet outcomes{0b111};
  std::unique_ptr<const core::Condition> of_row;  // null: the outcome alone decides
};

// `when` is a scalar. Nothing when refused: what is the same for every decision is a slip.
[[nodiscard]] std::optional<StepCondition> make_step_condition(const Node& when,
                                                               const std::string& step,
                                                               Scope& scope,
                                                               Diagnostics& diagnostics);

}  // namespace assay::host
