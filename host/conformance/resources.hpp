// Does something over and over, and looks whether memory, files or threads of the process grow.
//
// Thread: control; others of the process would disturb it.
#pragma once

#include <functional>

#include "host/conformance/judgement.hpp"

namespace assay::host {

// A thousand times, behind some that may fill caches. Throws Broken where less than one in two
// gives back what it took.
[[nodiscard]] Judgement judge_growth(const std::function<void()>& life);

}  // namespace assay::host
