// The arrows of the architecture as a function: a file's path and text in, its faults out.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace assay::tests {

struct LayeringFault {
  std::uint32_t line;  // from 1
  std::string message;
};

// `path` from the root of the tree, with slashes. Reads include lines and, in core, the identifiers
// that would give away a thread, a clock or a file; comments do not count.
std::vector<LayeringFault> layering_faults(std::string_view path, std::string_view text);

}  // namespace assay::tests
