// One step of a sink chain: which sink gets which records, and what waits for it.
//
// Steps without `after` run in parallel; a step with it gets a batch once the earlier step has
// delivered the same batch. A required step gates what may be committed; an optional one is
// counted. A step's condition is over the decision; it compiles to the set of outcomes that pass.
#pragma once

#include <bitset>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "core/model/decision.hpp"

namespace assay::core {

using OutcomeSet = std::bitset<kOutcomes>;

struct ConditionFault {
  std::uint32_t at;  // offset in the text
  std::string message;
};

// `decision == "decline"`, `decision != "approve"`, `decision in ["review", "decline"]`, `true`.
tl::expected<OutcomeSet, ConditionFault> parse_condition(std::string_view text);

struct Step {
  std::string id;  // chain and step, e.g. `main.store`
  std::size_t sink = 0;
  std::uint32_t kind = ASSAY_DECISION;
  OutcomeSet when{0b111};
  bool required = true;
  bool transactional = false;                // the sink keeps a cursor for the step
  std::vector<std::size_t> after;            // steps that come earlier in the list
  std::vector<std::optional<Slot>> columns;  // what the sink bound
};

}  // namespace assay::core
