// Tests of a whole configuration, from a file of their own: transactions go in on a virtual clock,
// the decision on each and the sinks that get its record are compared with those expected.
//
//   tests:
//     - name: a large transfer is told to the desk
//       events: [{ amount: 12.00 }, { amount: 15000.00 }]
//       expect: { review: [2], hits: { large_amount: [2] }, sinks: { store: [1, 2], mail: [2] } }
//
// Thread: control.
#pragma once

#include <functional>
#include <string>

#include "host/application/assembly.hpp"
#include "host/offline/offline_engine.hpp"
#include "host/offline/rule_tests.hpp"

namespace assay::host {

// Runs all tests of the file; tells each result as it comes, its `rule` empty. Each test begins
// without history. Faults in how the file or a test is written are diagnostics.
void run_whole_tests(Assembly& assembly, OfflineEngine& engine, const std::string& file,
                     const std::function<void(const TestResult&)>& tell, Diagnostics& diagnostics);

}  // namespace assay::host
