// The checks of a sink, one function each; sink_checks.cpp says what each promises.
//
// Thread: as promise.hpp has it.
#pragma once

#include "host/conformance/judgement.hpp"
#include "host/conformance/opened_plugin.hpp"

namespace assay::host::sink_check {

// Life.
Judgement settings(const Candidate& candidate);
Judgement binding(const Candidate& candidate);
Judgement names(const Candidate& candidate);
Judgement note(const Candidate& candidate);
Judgement missing_interfaces(const Candidate& candidate);
Judgement host_errors(const Candidate& candidate);
Judgement growth(const Candidate& candidate);

// Delivery.
Judgement health(const Candidate& candidate);
Judgement empty_batch(const Candidate& candidate);
Judgement largest_batch(const Candidate& candidate);
Judgement extreme_values(const Candidate& candidate);
Judgement absent_values(const Candidate& candidate);
Judgement statuses(const Candidate& candidate);
Judgement flush(const Candidate& candidate);
Judgement deadline(const Candidate& candidate);
Judgement interrupt(const Candidate& candidate);
Judgement cursors(const Candidate& candidate);

}  // namespace assay::host::sink_check
