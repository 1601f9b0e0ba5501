// What is wrong with a file that should be a plugin.
//
// Thread: any; plain values.
#pragma once

#include <string>

#include "host/diagnostics/codes.hpp"

namespace assay::host {

struct PluginFault {
  Code code = Code::plugin_refused;
  std::string message{};
  std::string note{};
  std::string help{};
};

}  // namespace assay::host
