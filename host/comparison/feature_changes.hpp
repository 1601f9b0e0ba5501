// History that is kept anew, no longer or as before, and what a start knows of it.
//
// Thread: control.
#pragma once

#include <cstddef>

#include "host/application/assembly.hpp"
#include "host/comparison/change.hpp"

namespace assay::host {

/// How many features are kept in both.
std::size_t add_feature_changes(Changes& changes, const Assembly& before, const Assembly& after);

}  // namespace assay::host
