// What a part of the configuration took from files, read again while the engine runs: a rotated
// password is in its file before anybody thinks of a restart.
//
// Thread: any; the part must not change meanwhile.
#pragma once

#include <string>
#include <tl/expected.hpp>

#include "host/config/interpolate.hpp"
#include "host/config/node.hpp"

namespace assay::host {

/// `settings` as they would be interpolated now. The error says in words what cannot be read; it
/// holds no secret.
[[nodiscard]] tl::expected<Node, std::string> read_again(const Node& settings,
                                                         const Environment& environment);

/// Whether both hold the same values; of the same part, read at different times.
[[nodiscard]] bool same_values(const Node& left, const Node& right);

}  // namespace assay::host
