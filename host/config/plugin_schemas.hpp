// Each plugin describes its own settings by a JSON Schema. They are judged by it here, with places,
// and joined with the host's schema into the document that `assay schema` prints, so that an editor
// knows the parameters of a rule.
//
// Thread: control.
#pragma once

#include <span>
#include <string>
#include <tl/expected.hpp>

#include "host/config/config.hpp"
#include "host/diagnostics/diagnostic.hpp"

namespace assay::host {

struct PluginSchema {
  enum class Kind { rule, sink };

  Kind kind = Kind::rule;
  std::string id{};    // what `use` names
  std::string json{};  // the text of the plugin's `describe()`; empty: it is not there to tell,
                       // and its settings are shown to nobody
};

/// Judges the settings of every rule and sink whose plugin is named (by kind and id) by the
/// plugin's own schema, marks secrets and paths in them, and renews what is derived: `merged`,
/// `canonical_json`, `hash`. Call it before any of those leaves the process. A schema that is
/// itself wrong is an error at the `use` that names the plugin.
void check_plugin_settings(Config& config, std::span<const PluginSchema> plugins,
                           Diagnostics& diagnostics);

/// Draft 2020-12, indented. The error names the plugin whose schema is refused.
[[nodiscard]] tl::expected<std::string, std::string> compose_schema(
    std::span<const PluginSchema> plugins);

}  // namespace assay::host
