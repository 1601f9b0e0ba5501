// What another configuration changes of the rules in force, on one line of the log.
//
// Thread: control.
#pragma once

#include <string>

#include "host/application/assembly.hpp"

namespace assay::host {

// "1 rule added, 2 rules changed, 1 plugin replaced, 3 features new, the policy changed"; "nothing
// changed" where only what rules read from files may have.
[[nodiscard]] std::string changes_in_words(Assembly& before, Assembly& after);

}  // namespace assay::host
