// A JSON value's first look: where its token ends and what kind of value it begins.
//
// Private to the decoder, and inline: every value of every message goes through here.
#pragma once

#include <simdjson.h>

#include <cstdint>
#include <cstring>
#include <string_view>

namespace assay::core {

inline bool begins_number(char c) { return c == '-' || (c >= '0' && c <= '9'); }
inline bool begins_value(char c) {
  return begins_number(c) || (c != '\0' && std::strchr("{[\"tfn", c) != nullptr);
}

// In words, from the first character of the value.
inline std::string_view kind_of_value(char first) {
  switch (first) {
    case '"':
      return "a text";
    case '{':
      return "an object";
    case '[':
      return "a list";
    case 't':
    case 'f':
      return "true or false";
    case 'n':
      return "null";
    default:
      return "a number";
  }
}

inline bool is_json_space(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

// A value's text up to the next structural character, without the white space in between.
[[gnu::always_inline]] inline std::string_view token_of(simdjson::ondemand::value& value) {
  auto token = value.raw_json_token();
  while (token.size() > 1 && is_json_space(token.back())) token.remove_suffix(1);
  return token;
}

// Eight bytes at a time, up to seven of them behind the text: it lies in a padded buffer.
// A backslash there, or a borrow between bytes, costs a longer look and nothing else.
inline bool may_have_backslash(std::string_view text) {
  constexpr std::uint64_t kOnes = 0x0101010101010101;
  std::uint64_t found = 0;
  for (std::size_t i = 0; i < text.size(); i += 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, text.data() + i, sizeof word);
    word ^= kOnes * '\\';
    found |= (word - kOnes) & ~word & (kOnes << 7);
  }
  return found != 0;
}

}  // namespace assay::core
