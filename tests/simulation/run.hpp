// One run from one seed: engines come, go, are killed and fall out of the group while their peers
// fail; then everything is calm, and all that the log holds must have arrived.
//
// Thread: one.
#pragma once

#include <cstdint>

namespace assay::simulation {

struct Outcome {
  std::uint64_t trace = 0;  // the same where a seed is run again
  std::uint64_t turns = 0;
  int kills = 0;
  int stops = 0;
  int expelled = 0;
  int outages = 0;
  int restores = 0;
};

// Expectations that fail are GoogleTest's.
Outcome run(std::uint64_t seed, bool told = false);

}  // namespace assay::simulation
