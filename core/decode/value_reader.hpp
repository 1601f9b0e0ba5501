// One JSON scalar into the slot of one field.
#pragma once

#include <cstdint>
#include <string_view>

#include "core/decode/card_token.hpp"
#include "core/decode/decode_error.hpp"
#include "core/decode/field_tree.hpp"
#include "core/model/row_block.hpp"

namespace assay::core {

enum class JsonScalar : std::uint8_t { text, number, yes, no };

// `text` is a text with its escapes resolved, or a number as it is written, its grammar not checked
// yet: a number that breaks it is not_json. The tokenizer is needed for cards only.
DecodeError read_value(const FieldLeaf& leaf, JsonScalar kind, std::string_view text,
                       const CardTokenizer* tokenizer, RowBlock& block, std::uint32_t row) noexcept;

// What the field may hold, in words, for the person who reads of that error.
std::string_view expected_of(const FieldLeaf& leaf, DecodeError error);

}  // namespace assay::core
