// "Did you mean", for what the host reads. The search itself is core's, which asks it of the names
// in an expression.
#pragma once

#include "core/model/nearest.hpp"

namespace assay::host {

using core::did_you_mean;
using core::nearest;

}  // namespace assay::host
