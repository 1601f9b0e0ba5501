// The demonstration: a simulated bank's transactions through Kafka into the engine, and what came
// of them.
//
// Thread: control; the main one, because background processes end with the thread that started
// them.
#pragma once

#include <cstdint>
#include <string>

namespace assay::host {

struct DemoOptions {
  bool json = false;
  std::uint64_t transactions = 20'000;
  std::uint64_t seed = 1;
  double fraud_rate = 0.01;  // share of the transactions, 0 to 0.5
  std::string folder;        // empty: a new temporary one
  std::string scripts;       // of real servers; empty: the embedded parts
};

// The report goes to standard output, everything else to standard error. The answer is the exit
// code: 0 nothing was lost, 1 something was or did not come through, 74 files cannot be written.
[[nodiscard]] int run_demo(const DemoOptions& options);

}  // namespace assay::host
