// Fields of transactions and of account holders that came, went or are read otherwise.
//
// Thread: control.
#pragma once

#include "host/application/assembly.hpp"
#include "host/comparison/change.hpp"

namespace assay::host {

void add_field_changes(Changes& changes, Assembly& before, Assembly& after);

}  // namespace assay::host
