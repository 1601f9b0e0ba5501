// Runs the built binary as a person would, and keeps what it said.
#pragma once

#include <string>
#include <vector>

namespace assay::testing {

struct Said {
  int exit_code = -1;  // 128 and more: killed by that signal
  std::string out;
  std::string err;
};

// Environment entries `NAME=value` are added to ours.
[[nodiscard]] Said run_assay(const std::vector<std::string>& arguments,
                             const std::vector<std::string>& environment = {});

}  // namespace assay::testing
