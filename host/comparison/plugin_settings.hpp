// The settings of a plugin, read along the schema that it brings itself.
//
// Thread: control.
#pragma once

#include <string>

#include "host/application/assembly.hpp"
#include "host/comparison/settings.hpp"

namespace assay::host {

enum class PluginKind { rule, sink };

/// What `node` says under `path`, for the plugin of that name; as it is written where the plugin
/// has no schema.
void add_plugin_settings(Settings& settings, const Assembly& assembly, PluginKind kind,
                         const std::string& use, const Node& node, const std::string& path);

/// "velocity 1.2.0"; empty where no plugin of that name was loaded.
[[nodiscard]] std::string plugin_in_words(const Assembly& assembly, const std::string& use);

}  // namespace assay::host
