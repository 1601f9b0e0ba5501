#include "core/decode/card_key.hpp"

namespace assay::core::card_key {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_separator(char c) { return c == ' ' || c == '-' || c == '.'; }

}  // namespace

bool holds_card(std::string_view key) noexcept {
  if ((key.front() == '"' || key.front() == '\'') && key.back() == key.front()) {
    key = key.substr(1, key.size() - 2);
  }
  // From the right: Luhn doubles every second digit, counted from the check digit.
  unsigned digits = 0;
  unsigned sum = 0;
  bool after_digit = false;
  for (std::size_t i = key.size(); i-- > 0;) {
    if (!is_digit(key[i])) {
      if (!after_digit || i == 0 || !is_separator(key[i])) return false;
      after_digit = false;
      continue;
    }
    after_digit = true;
    auto value = static_cast<unsigned>(key[i] - '0');
    if (digits % 2 == 1) value = value < 5 ? 2 * value : 2 * value - 9;
    sum += value;
    ++digits;
  }
  return digits >= 12 && digits <= 19 && sum % 10 == 0;
}

}  // namespace assay::core::card_key
