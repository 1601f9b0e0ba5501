#include "plugins/sinks/mail/text.hpp"

#include <algorithm>

namespace assay::mail {
namespace {

bool is_separator(char32_t point) {
  return point < 0x20 || (point >= 0x7F && point < 0xA0) || point == 0x2028 || point == 0x2029;
}

// Invisible, or changes the order in which its neighbours are shown.
bool is_invisible(char32_t point) {
  return (point >= 0x200B && point <= 0x200F) || (point >= 0x202A && point <= 0x202E) ||
         (point >= 0x2060 && point <= 0x206F) || point == 0xFEFF || point == 0x061C;
}

// Nearly every value: nothing in it but ASCII, and no space that goes.
bool is_plain_line(std::string_view text) {
  char before = ' ';
  for (const char c : text) {
    if (c < ' ' || c > '~' || (c == ' ' && before == ' ')) return false;
    before = c;
  }
  return text.empty() || before != ' ';
}

}  // namespace

CodePoint first_code_point(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text[0]);
  if (lead < 0x80) return {lead, 1};
  const std::size_t size = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || text.size() < size) return {};
  char32_t value = lead & (0xFFu >> (size + 1));
  for (std::size_t i = 1; i < size; ++i) {
    const auto next = static_cast<unsigned char>(text[i]);
    if ((next & 0xC0u) != 0x80u) return {};
    value = (value << 6) | (next & 0x3Fu);
  }
  const bool overlong = (size == 3 && value < 0x800) || (size == 4 && value < 0x10000);
  const bool surrogate = value >= 0xD800 && value <= 0xDFFF;
  if (overlong || surrogate || value > 0x10FFFF) return {};
  return {value, size};
}

std::string single_line(std::string_view text, std::size_t limit) {
  if (text.size() <= limit && is_plain_line(text)) return std::string(text);
  std::string line;
  line.reserve(std::min(text.size(), 4 * limit));
  std::size_t points = 0;
  bool space_due = false;
  while (!text.empty()) {
    const auto point = first_code_point(text);
    const auto size = std::max<std::size_t>(point.size, 1);
    const auto bytes = point.size > 0 ? text.substr(0, size) : std::string_view("?");
    text.remove_prefix(size);
    if (point.size > 0 && is_invisible(point.value)) continue;
    if (point.size > 0 && (is_separator(point.value) || point.value == ' ')) {
      space_due = !line.empty();
      continue;
    }
    if (points + (space_due ? 2 : 1) > limit) {
      line += "...";
      return line;
    }
    if (space_due) line += ' ', ++points;
    space_due = false;
    line += bytes;
    ++points;
  }
  return line;
}

std::string masked_card(std::string_view last_digits) {
  const bool digits = std::all_of(last_digits.begin(), last_digits.end(),
                                  [](char c) { return c >= '0' && c <= '9'; });
  if (last_digits.empty() || !digits) return {};
  // Never more than four, whatever the field holds.
  return "**** " + std::string(last_digits.substr(last_digits.size() -
                                                  std::min<std::size_t>(last_digits.size(), 4)));
}

}  // namespace assay::mail
