// Hides what may be a card number in text that could not be decoded.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace assay::core {

// Overwrites with '*' the digits of each run of 12 to 19 digits; single spaces, dashes or dots may
// stand between its digits and stay. A longer run is hidden whole: the number may be part of it.
// Returns how many runs were hidden. The size never changes; the bytes need not be UTF-8.
std::size_t mask_digit_runs(std::string& text);

// The same on a copy.
std::string masked(std::string_view text);

}  // namespace assay::core
