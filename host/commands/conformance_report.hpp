// What a conformance run found, as a table for a person or JSON for a program.
//
// Thread: control.
#pragma once

#include <string>

#include "host/conformance/conformance.hpp"

namespace assay::host {

[[nodiscard]] std::string print_conformance(const Conformance& conformance);
[[nodiscard]] std::string json_of_conformance(const Conformance& conformance);

}  // namespace assay::host
