// Where the plugins that ship with the engine are, beside its binary: of an installation in
// <prefix>/lib/assay, of a build in the folders that the build writes.
//
// Thread: any.
#pragma once

#include <string>
#include <vector>

namespace assay::host {

// Those that exist, rules and sinks. They are searched after `plugins.path`.
[[nodiscard]] std::vector<std::string> default_plugin_folders();

}  // namespace assay::host
