// From file names to one tree: reads, follows includes, lays overlays over each other,
// interpolates.
//
// Thread: control.
#pragma once

#include <optional>
#include <span>
#include <string>

#include "host/config/interpolate.hpp"
#include "host/config/node.hpp"
#include "host/diagnostics/diagnostic.hpp"

namespace assay::host {

/// One file, interpolated, nulls still in it; nothing if it cannot be read. `asked_by` is where its
/// name stands.
[[nodiscard]] std::optional<Node> load_file(const std::string& path, const Span& asked_by,
                                            const Environment& environment,
                                            Diagnostics& diagnostics);

/// Each file with its includes below it, later files over earlier ones, nulls dropped. Always a
/// map. A list of rule files has become a map of rules by id, so that an overlay can change a
/// single one.
[[nodiscard]] Node load_merged(std::span<const std::string> paths, const Environment& environment,
                               Diagnostics& diagnostics);

}  // namespace assay::host
