// Changes of the source, of the decision's policy and of the engine around them: whatever has one
// setting and no id.
//
// Thread: control.
#pragma once

#include "host/comparison/change.hpp"
#include "host/config/config.hpp"

namespace assay::host {

void add_source_changes(Changes& changes, const Config& before, const Config& after);
void add_decision_changes(Changes& changes, const Config& before, const Config& after);
/// Of every section that no other function here compares.
void add_engine_changes(Changes& changes, const Config& before, const Config& after);

}  // namespace assay::host
