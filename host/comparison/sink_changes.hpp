// Sinks that came, went or are set up otherwise.
//
// Thread: control.
#pragma once

#include "host/application/assembly.hpp"
#include "host/comparison/change.hpp"

namespace assay::host {

void add_sink_changes(Changes& changes, const Assembly& before, const Assembly& after);

}  // namespace assay::host
