// UTF-8, as far as the language looks into it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace assay::core::expression {

// Whether it is well formed: no cut or overlong sequence, no surrogate, nothing above U+10FFFF.
bool is_utf8(std::string_view text);

// How many code points it has.
inline std::int64_t code_points(std::string_view text) {
  std::int64_t count = 0;
  for (const char c : text) count += (static_cast<unsigned char>(c) & 0xC0) != 0x80 ? 1 : 0;
  return count;
}

// False for what is no code point: a surrogate, or above U+10FFFF.
bool append_code_point(std::string& to, std::uint32_t point);

}  // namespace assay::core::expression
