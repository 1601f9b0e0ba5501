// What a plugin under test sees of a host: a clock that stands still, a log and counters that are
// kept for the test to look at, a run with an identity, and a configuration of dotted keys.
#pragma once

#include <assay/plugin.h>

#include <assay/values.hpp>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace assay::testing::sinks {

// What a refused create or bind said.
struct SinkRefusal {
  std::string message;
  std::string file;
  std::uint32_t line = 0;
  std::string help;
};

// Its table comes first, so that the address of the table is the host's.
struct FakeHost {
  FakeHost();
  assay_host table;
  std::vector<std::string> log;
  std::vector<std::pair<std::string, std::uint64_t>> counters;
  Time now{1'790'000'000'000'000'000};
  std::string config_hash = "0f0e0d0c";
  std::string configuration = R"({"engine": "test"})";
  std::string engine_version = "0.1.0";
};

// Emptied; what the plugin says of it is written there.
assay_error* error_into(SinkRefusal& refusal);

}  // namespace assay::testing::sinks
