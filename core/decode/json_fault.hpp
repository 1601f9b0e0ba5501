// Finds out what is wrong with a message that simdjson has refused: the slow way, for the words.
#pragma once

#include <cstddef>
#include <string_view>

#include "core/decode/decode_error.hpp"

namespace assay::core {

// The first byte that is not UTF-8; text.size() where all of it is.
std::size_t first_bad_utf8(std::string_view text) noexcept;

// For a text whose first object does not end where the text ends: trailing_text with the offset of
// what follows, or not_json with the place where the object breaks off.
DecodeError classify_unended(std::string_view text, DecodeDetail& detail) noexcept;

}  // namespace assay::core
