// Tells a Kafka key that is a card number.
//
// A key is the one part of a record that every tool of Kafka shows in clear, and no token can
// stand for it before it reaches us.
#pragma once

#include <cstddef>
#include <string_view>

namespace assay::core {

// 19 digits, a separator between any two, and quotes: no longer key is looked at.
constexpr std::size_t kLongestCardKey = 19 + 18 + 2;

namespace card_key {
bool holds_card(std::string_view key) noexcept;
}

// 12 to 19 digits whose last one is Luhn's check digit; single spaces, dashes or dots may stand
// between them, and quotes around them. Whatever is found here is what mask_digit_runs() hides.
inline bool is_card_key(std::string_view key) noexcept {
  return key.size() >= 12 && key.size() <= kLongestCardKey && card_key::holds_card(key);
}

}  // namespace assay::core
