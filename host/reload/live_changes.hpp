// Tells what a running engine can take from what needs a restart.
//
// Rules, their plugins and lists, features, the policy and where plugins are found may change while
// it runs. Where records come from and go to, what is kept where, and how much of the machine is
// used is settled at the start.
//
// Thread: control.
#pragma once

#include "host/application/assembly.hpp"

namespace assay::host {

// False where something needs a restart: each key of it is a diagnostic at its place. `founding` is
// what the engine was started with.
[[nodiscard]] bool is_live(Assembly& founding, Assembly& next, Diagnostics& diagnostics);

}  // namespace assay::host
