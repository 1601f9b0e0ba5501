// The way from files to a `Config`: everything that can be known without opening a plugin, a socket
// or a database is checked here, and all faults are reported at once.
//
// Thread: control.
#pragma once

#include <optional>
#include <span>
#include <string>

#include "host/config/config.hpp"
#include "host/config/interpolate.hpp"
#include "host/diagnostics/diagnostic.hpp"

namespace assay::host {

/// Later files lie over earlier ones. Warnings may stand in `diagnostics` beside a result; without
/// a result there is at least one error. Never throws on anything that a file holds.
[[nodiscard]] std::optional<Config> read_config(
    std::span<const std::string> paths, Diagnostics& diagnostics,
    const Environment& environment = process_environment());

}  // namespace assay::host
