// Rules that came, went or judge otherwise, and whether their version tells of it.
//
// Thread: control.
#pragma once

#include "host/application/assembly.hpp"
#include "host/comparison/change.hpp"

namespace assay::host {

void add_rule_changes(Changes& changes, const Assembly& before, const Assembly& after);

}  // namespace assay::host
