// What a change of configuration would do, as text for a person or JSON for a program: what `assay
// diff` prints.
//
// Thread: control.
#pragma once

#include <string>

#include "host/commands/name_report.hpp"
#include "host/comparison/comparison.hpp"

namespace assay::host {

[[nodiscard]] std::string print_comparison(const Comparison& comparison, ReportFormat format);

}  // namespace assay::host
