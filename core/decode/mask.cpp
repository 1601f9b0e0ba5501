#include "core/decode/mask.hpp"

#include <algorithm>

namespace assay::core {
namespace {

constexpr std::size_t kShortestNumber = 12;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_separator(char c) { return c == ' ' || c == '-' || c == '.'; }

}  // namespace

std::size_t mask_digit_runs(std::string& text) {
  std::size_t hidden = 0;
  for (std::size_t begin = 0; begin < text.size();) {
    if (!is_digit(text[begin])) {
      ++begin;
      continue;
    }
    std::size_t digits = 0;
    auto end = begin;
    while (end < text.size()) {
      if (is_digit(text[end])) {
        ++digits;
        ++end;
      } else if (is_separator(text[end]) && end + 1 < text.size() && is_digit(text[end + 1])) {
        ++end;
      } else {
        break;
      }
    }
    if (digits >= kShortestNumber) {
      const auto from = text.begin() + static_cast<std::ptrdiff_t>(begin);
      const auto to = text.begin() + static_cast<std::ptrdiff_t>(end);
      std::replace_if(from, to, is_digit, '*');
      ++hidden;
    }
    begin = end;
  }
  return hidden;
}

std::string masked(std::string_view text) {
  std::string copy(text);
  mask_digit_runs(copy);
  return copy;
}

}  // namespace assay::core
