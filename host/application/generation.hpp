// A configuration and everything that was made of it, ready to take the place of the one in force.
//
// Thread: control.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "host/application/assembly.hpp"

namespace assay::host {

struct Generation {
  std::unique_ptr<Config> config;  // the assembly points to it
  std::unique_ptr<Assembly> assembly;
  std::string changes;  // in words: "1 rule added, 2 rules changed"
};

// Reads the configuration again and builds it beside what runs: null where it is refused.
// `founding` has the sinks that deliver; `in_force` the rules that judge, and may be the same.
using Prepare = std::function<std::unique_ptr<Generation>(Assembly& founding, Assembly& in_force,
                                                          Diagnostics& diagnostics)>;

}  // namespace assay::host
