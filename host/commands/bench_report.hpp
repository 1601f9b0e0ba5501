// What a rule costs, as a table for a person or JSON for a program.
//
// Thread: control.
#pragma once

#include <string>

#include "host/conformance/rule_bench.hpp"

namespace assay::host {

[[nodiscard]] std::string print_cost(const RuleCost& cost);
[[nodiscard]] std::string json_of_cost(const RuleCost& cost);

}  // namespace assay::host
