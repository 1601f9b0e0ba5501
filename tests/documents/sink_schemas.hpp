// The settings of the sinks that ship, as each plugin describes them.
#pragma once

#include <vector>

#include "host/config/plugin_schemas.hpp"

namespace assay::test {

// Loads each plugin once and keeps it.
const std::vector<host::PluginSchema>& sink_schemas();

}  // namespace assay::test
