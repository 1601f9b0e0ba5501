// The configuration as one text that does not depend on order, comments, files or secrets: equal
// texts mean equal behaviour, so its hash stands on every decision.
//
// Thread: any.
#pragma once

#include <string>
#include <string_view>

#include "host/config/node.hpp"

namespace assay::host {

/// Compact JSON, keys sorted, secrets as "***". Plain scalars that are JSON numbers or booleans are
/// written as such, digit for digit; all others are strings.
[[nodiscard]] std::string canonical_json(const Node& root);

/// 64 lower-case hexadecimal digits.
[[nodiscard]] std::string sha256_hex(std::string_view text);

}  // namespace assay::host
