// A row as our own JSON: what a dead letter of a decoded message carries.
//
// The keys are the names of the slots, so the card's token stands where the feed had the number.
// Cold path: it allocates.
#pragma once

#include <cstdint>
#include <string>

#include "core/model/row_block.hpp"

namespace assay::core {

// One object with the fields that are present, in the order of the layout: amounts as texts at
// scale 4 ("12.34"), times as ISO 8601 texts, durations as texts with a unit, tokens as hex.
void append_row_json(std::string& out, const RowBlock& block, std::uint32_t row);
std::string row_json(const RowBlock& block, std::uint32_t row);

}  // namespace assay::core
