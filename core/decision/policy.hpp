// The decision policy: verdicts in, one decision out.
//
// The scores of live hits, each times its rule's weight, combine into one; two cut-offs turn it
// into approve, review or decline. Hard actions come before scores and before errors: whichever of
// block and allow stands first in the precedence wins where both were asked for; `review` asks for
// at least a review. An error verdict counts as its rule's policy says. Where a reason has bands,
// the one that the evidence lies in gives a hit its score and reason. Shadow rules are noted and
// never acted on.
#pragma once

#include <cstdint>
#include <vector>

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

// Decides every row of the batch. `rules` is in the order of the table.
void decide(const Policy& policy, const std::vector<RuleInfo>& rules, const VerdictTable& verdicts,
            std::uint32_t rows, Decisions& decisions);

}  // namespace assay::core
