// The shipped configuration over a simulated bank, without peers: what is flagged, and what should
// have been.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "host/demo/demo_report.hpp"
#include "host/produce/bank_simulator.hpp"

namespace assay::testing {

// Judged by the pipeline that workers run, in the order of time; joined with the ground truth by
// what the demonstration's report joins it with.
host::DemoFacts detect(const host::BankOptions& options);

}  // namespace assay::testing
