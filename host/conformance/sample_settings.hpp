// Settings to check a plugin with: those that a person gives, else what its own schema offers.
//
// Thread: control.
#pragma once

#include <optional>
#include <string>

#include "host/config/node.hpp"
#include "host/conformance/opened_plugin.hpp"
#include "host/diagnostics/diagnostic.hpp"

namespace assay::host {

// The `parameters` of a rule's file, the `config` of a sink, or a file that holds nothing else. The
// error is in `diagnostics`.
[[nodiscard]] std::optional<Node> read_settings(const std::string& path, Diagnostics& diagnostics);

// What the schema requires, from `default`, `examples`, `const`, `enum` or the least value; nothing
// that has a default of the plugin's own is named. Judged by the schema, in either case. Throws
// Broken where the schema is none, refuses them, or has nothing to offer.
[[nodiscard]] Node settings_for(const Candidate& candidate, const char* described);

// A plugin's own words may quote what it was given: secrets of those settings become ***.
[[nodiscard]] std::string without_secrets(std::string words);

}  // namespace assay::host
