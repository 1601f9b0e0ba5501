// YAML text to a `Node`, through yaml-cpp's events. A repeated key is an error that names both
// places; anchors, aliases and tags are refused (includes and overlays do their work, and a value
// then has one place); so are several documents in one file, keys that are not text, and bytes that
// are not text.
//
// Thread: control.
#pragma once

#include "host/config/node.hpp"
#include "host/diagnostics/diagnostic.hpp"

namespace assay::host {

/// Files larger than this are no configuration.
inline constexpr std::size_t max_config_bytes = 4u << 20;

/// Adds every fault to `diagnostics`. What could be read is returned even then: callers ask
/// `diagnostics.has_errors()`. An empty file is a null node. Never throws.
[[nodiscard]] Node parse_yaml(const SourcePtr& source, Diagnostics& diagnostics);

}  // namespace assay::host
