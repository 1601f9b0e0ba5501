// Steps of chains that came, went or get other records, and where they begin.
//
// Thread: control.
#pragma once

#include "host/application/assembly.hpp"
#include "host/comparison/change.hpp"

namespace assay::host {

void add_chain_changes(Changes& changes, Assembly& before, Assembly& after);

}  // namespace assay::host
