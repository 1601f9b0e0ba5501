// What a rule costs: nanoseconds of each row in batches of 1, 64 and 512, beside a rule that does
// nothing, measured in turn with it, so that what disturbs one disturbs the other.
//
// Thread: control; the plugin is loaded into this process.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "host/conformance/opened_plugin.hpp"

namespace assay::host {

struct BatchCost {
  std::size_t rows = 0;         // of a batch
  std::vector<double> rule{};   // nanoseconds of a row, one for each round
  std::vector<double> empty{};  // the same of the rule that does nothing
};

struct RuleCost {
  std::string name{};     // "hello_rule 1.0.0"
  std::string machine{};  // processor, cores and load
  std::vector<BatchCost> batches{};
};

// Throws Broken where the rule cannot be made or fails. `rounds` is at least 1.
[[nodiscard]] RuleCost measure_rule(const Candidate& candidate, int rounds);

}  // namespace assay::host
