// The checks of a rule, one function each; rule_checks.cpp says what each promises.
//
// Thread: as promise.hpp has it.
#pragma once

#include "host/conformance/judgement.hpp"
#include "host/conformance/opened_plugin.hpp"

namespace assay::host::rule_check {

// Life.
Judgement settings(const Candidate& candidate);
Judgement binding(const Candidate& candidate);
Judgement names(const Candidate& candidate);
Judgement note(const Candidate& candidate);
Judgement missing_interfaces(const Candidate& candidate);
Judgement host_errors(const Candidate& candidate);
Judgement instances(const Candidate& candidate);
Judgement growth(const Candidate& candidate);

// Batches and verdicts.
Judgement empty_batch(const Candidate& candidate);
Judgement largest_batch(const Candidate& candidate);
Judgement extreme_values(const Candidate& candidate);
Judgement absent_values(const Candidate& candidate);
Judgement batch_sizes(const Candidate& candidate);
Judgement moved_batch(const Candidate& candidate);
Judgement memory(const Candidate& candidate);
Judgement threads(const Candidate& candidate);
Judgement housekeeping(const Candidate& candidate);

// State.
Judgement state(const Candidate& candidate);
Judgement damaged_state(const Candidate& candidate);

}  // namespace assay::host::rule_check
