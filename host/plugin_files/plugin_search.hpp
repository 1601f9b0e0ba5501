// From the name that a configuration uses to the file: a name with a slash is a path, any other is
// looked for as NAME.so in the plugin folders, and the first folder that has it wins.
//
// Thread: control.
#pragma once

#include <string>
#include <tl/expected.hpp>
#include <vector>

namespace assay::host {

struct SearchFault {
  std::string message{};
  std::string note{};
  std::string help{};
};

// The path without links.
[[nodiscard]] tl::expected<std::string, SearchFault> find_plugin(
    const std::string& name, const std::vector<std::string>& folders);

// Every NAME.so, the first folder's for a name that several have; sorted by name.
[[nodiscard]] std::vector<std::string> plugins_in(const std::vector<std::string>& folders);

}  // namespace assay::host
