// A library's one exported symbol: loaded, and compared with what its file promised.
//
// Here code of a plugin runs for the first time: the library's constructors. Whoever calls this is
// the process that the plugin is to run in.
//
// Thread: control.
#pragma once

#include <assay/plugin.h>

#include <optional>
#include <string>
#include <tl/expected.hpp>

#include "host/plugin_files/plugin_note.hpp"
#include "host/plugins/plugin_fault.hpp"

namespace assay::host {

// Loads the library at `path` for as long as the process lives, all symbols bound at once and none
// shared. People hear of `file`, out of which it was copied.
[[nodiscard]] tl::expected<const assay_entry*, PluginFault> load_entry(const std::string& path,
                                                                       const std::string& file);

// What keeps this engine from calling it.
[[nodiscard]] std::optional<PluginFault> entry_fault(const assay_entry& entry,
                                                     const std::string& file);

// What people were shown before has to be what runs. The answer goes on behind the file's name.
[[nodiscard]] std::optional<PluginFault> lie_in(const PluginNote& note, const assay_entry& entry,
                                                const std::string& file);

}  // namespace assay::host
