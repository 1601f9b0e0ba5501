// One step of a sink chain: which sink gets which records, and what waits for it.
//
// Steps without `after` run in parallel; a step with it gets a batch once the earlier step has
// delivered the same batch. A required step gates what may be committed; an optional one is
// counted. A deferred step gets nothing itself: its records ride along with those of the step whose
// sink keeps an outbox, in the same transaction. A step's condition is the set of outcomes that
// pass where it looks at the decision alone; what looks at more of the row is a Condition of each
// worker's own. A step may have a fallback: another one that gets the same records, of which it
// delivers those that the first one hands over, because its sink rejects them or is away.
#pragma once

#include <bitset>
#include <chrono>
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
  struct Fallback {
    std::size_t step;  // later in the list
    // How long the sink may be away before its records are handed over; nothing: only those that it
    // rejects are.
    std::optional<std::chrono::nanoseconds> after;
  };
  std::optional<Fallback> fallback;
  // Of a fallback: the step that it is one of. It wants what that one wants, and gates as that one
  // does.
  std::optional<std::size_t> fallback_of;
  // How long an alert is not told again: nanoseconds of event time. Nothing: each time.
  std::optional<std::int64_t> cooldown;
  std::vector<std::optional<Slot>> columns;  // what the sink bound
};

}  // namespace assay::core
