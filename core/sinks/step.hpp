// One step of a sink chain: which sink gets which records, and what waits for it.
//
// Steps without `after` run in parallel; a step with it gets a batch once the earlier step has
// delivered the same batch. A required step gates what may be committed; an optional one is
// counted. A deferred step gets nothing itself: its records ride along with those of the step whose
// sink keeps an outbox, in the same transaction. A step's condition is the set of outcomes that
// pass where it looks at the decision alone; what looks at more of the row is a Condition of each
// worker's own.
#pragma once

#include <bitset>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/model/decision.hpp"

namespace assay::core {

using OutcomeSet = std::bitset<kOutcomes>;

struct Step {
  std::string id;  // chain and step, e.g. `main.store`
  std::size_t sink = 0;
  std::uint32_t kind = ASSAY_DECISION;
  OutcomeSet when{0b111};
  bool looks_at_rows = false;  // the worker has a condition for it
  bool required = true;
  bool transactional = false;      // the sink keeps a cursor for the step
  std::vector<std::size_t> after;  // steps that come earlier in the list
  // Of a deferred step: the transactional one, earlier in the list, that its records ride with. It
  // gates for both, so the deferred one is not `required`.
  std::optional<std::size_t> rides_with;
  std::vector<std::optional<Slot>> columns;  // what the sink bound
};

}  // namespace assay::core
