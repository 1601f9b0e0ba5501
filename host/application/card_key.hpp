// The key that makes tokens of card numbers: where it comes from.
//
// Thread: control.
#pragma once

#include <optional>

#include "core/decode/card_token.hpp"
#include "host/config/config.hpp"
#include "host/diagnostics/diagnostic.hpp"

namespace assay::host {

// A key that nobody knows and nobody will have again.
[[nodiscard]] core::CardKey made_up_card_key();

// The key for card numbers, from its file or the environment. An error is in `diagnostics`.
[[nodiscard]] std::optional<core::CardKey> read_card_key(const CardConfig& config,
                                                         Diagnostics& diagnostics);

}  // namespace assay::host
