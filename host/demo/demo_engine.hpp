// The engine inside the demonstration: the very application that `assay run` runs, watched until
// everything that was produced has come out of it.
//
// Thread: control.
#pragma once

#include <cstdint>
#include <string>
#include <tl/expected.hpp>
#include <vector>

#include "host/application/status.hpp"
#include "host/commands/stop_signals.hpp"

namespace assay::host {

struct DemoEngineOptions {
  std::vector<std::string> config_files;
  std::string log_file;
  std::uint64_t expected = 0;  // messages
  bool migrate = false;        // the tables, as the administrator of the configuration
};

// Runs the engine until `expected` messages are complete, then stops it in good order. The error
// says what is missing, or that a person stopped it.
[[nodiscard]] tl::expected<Status, std::string> run_demo_engine(const DemoEngineOptions& options,
                                                                StopSignals& signals);

}  // namespace assay::host
