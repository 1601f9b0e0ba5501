// Amounts: 64-bit integers at scale 4 (12.34 is 123400 units).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/decode/number.hpp"

namespace assay::core {

constexpr int kMoneyScale = 4;

// From JSON's grammar of a number; exact or an error.
inline Scaled parse_money(std::string_view text) noexcept {
  return parse_scaled(text, kMoneyScale);
}

// "1234.50": at least two digits behind the point, at most four. parse_money() reads it back.
std::string format_money(std::int64_t units);

}  // namespace assay::core
