// One value as JSON and back, exactly: what was written comes back bit for bit.
//
// Times are ISO 8601, amounts texts at scale 4, tokens hex digits, so that a person can read an
// outbox; durations are nanoseconds.
//
// Thread: any.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>

#include "core/model/layout.hpp"

namespace assay::host {

/// `bits` as in a cell: an int64, or the bits of a double. Of numbers only: no text, no token. Null
/// for a double that is not a number.
[[nodiscard]] nlohmann::ordered_json number_json(core::FieldType type, std::int64_t bits);
/// Nothing where the JSON is not of that type.
[[nodiscard]] std::optional<std::int64_t> number_of(core::FieldType type,
                                                    const nlohmann::ordered_json& json);

}  // namespace assay::host
