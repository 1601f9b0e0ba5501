#include "core/decode/json_fault.hpp"

#include <cstdint>

namespace assay::core {
namespace {

// Bytes of the character at the front; 0 where it is not UTF-8.
std::size_t utf8_length(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const auto first = byte(0);
  if (first < 0x80) return 1;
  const std::size_t size = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  if (first < 0xC2 || first > 0xF4 || text.size() < size) return 0;
  for (std::size_t i = 1; i < size; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return 0;
  }
  const bool overlong = (first == 0xE0 && byte(1) < 0xA0) || (first == 0xF0 && byte(1) < 0x90);
  const bool surrogate = first == 0xED && byte(1) > 0x9F;
  const bool beyond = first == 0xF4 && byte(1) > 0x8F;
  return overlong || surrogate || beyond ? 0 : size;
}

}  // namespace

std::size_t first_bad_utf8(std::string_view text) noexcept {
  std::size_t at = 0;
  while (at < text.size()) {
    const auto length = utf8_length(text.substr(at));
    if (length == 0) return at;
    at += length;
  }
  return at;
}

DecodeError classify_unended(std::string_view text, DecodeDetail& detail) noexcept {
  bool in_string = false;
  std::int64_t depth = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string) {
      if (c == '\\') ++i;
      if (c == '"') in_string = false;
      continue;
    }
    if (c == '"') in_string = true;
    if (c == '{' || c == '[') ++depth;
    if (c != '}' && c != ']') continue;
    if (--depth > 0) continue;
    const auto next = text.find_first_not_of(" \t\r\n", i + 1);
    if (next == std::string_view::npos) break;
    detail.offset = static_cast<std::uint32_t>(next);
    return DecodeError::trailing_text;
  }
  detail.offset = static_cast<std::uint32_t>(text.size());
  detail.expected = in_string ? "the end of a text" : "the end of the object";
  detail.found = "the end of the message";
  return DecodeError::not_json;
}

}  // namespace assay::core
