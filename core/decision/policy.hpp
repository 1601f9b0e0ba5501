// The decision policy: verdicts in, one decision out.
//
// The scores of live hits, each times its rule's weight, combine into one; two cut-offs turn it
// into approve, review or decline. Hard actions come before scores and before errors: whichever of
// block and allow stands first in the precedence wins where both were asked for; `review` asks for
// at least a review. An error verdict counts as its rule's policy says. Where a reason has bands,
// the one that the evidence lies in gives a hit its score and reason. Shadow rules, and those that
// their breaker has demoted, are noted and never acted on.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/decision/breakers.hpp"
#include "core/model/decision.hpp"
#include "core/model/verdict_table.hpp"

namespace assay::core {

enum class Combine : std::uint8_t {
  sum,       // capped at one
  maximum,   // the highest
  noisy_or,  // 1 - product of (1 - score): independent signals
};

struct Policy {
  Combine combine = Combine::sum;
  std::int32_t review = 500'000;   // millionths; a score at or above is a review
  std::int32_t decline = 900'000;  // millionths; a score at or above is a decline
  Action first = Action::block;    // which hard action wins: block or allow
};

// Decides the rows of a batch, one for each event time (nanoseconds since 1970, or kCountedBefore:
// then no breaker sees the row). `rules` is in the
// order of the table; the breakers are theirs.
void decide(const Policy& policy, const std::vector<RuleInfo>& rules, const VerdictTable& verdicts,
            std::span<const std::int64_t> event_times, Breakers& breakers, Decisions& decisions);

}  // namespace assay::core
