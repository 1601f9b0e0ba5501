// What a change of configuration would do, told from both configurations as the engine would build
// them, without a peer and without running anything.
//
// Thread: control.
#pragma once

#include <cstddef>
#include <string>

#include "host/application/assembly.hpp"
#include "host/comparison/change.hpp"

namespace assay::host {

struct Comparison {
  std::string before;  // the hashes of the configurations
  std::string after;
  Changes changes;
  std::size_t features_kept = 0;
};

[[nodiscard]] Comparison compare(Assembly& before, Assembly& after);

}  // namespace assay::host
