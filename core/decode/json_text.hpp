// The inside of a JSON string: escapes to UTF-8 and back.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace assay::core {

struct Unescaped {
  std::size_t size = 0;    // bytes written
  std::uint32_t nuls = 0;  // \u0000, each written as U+FFFD: databases refuse the character
  bool valid = false;      // false: an escape that JSON does not know, or half a surrogate pair
};

// Resolves the escapes of `raw` (what stands between the quotes) into `out`, which has room for
// raw.size() bytes. UTF-8 is taken as it is.
Unescaped unescape(std::string_view raw, char* out) noexcept;

// Appends the text as a JSON string, quotes included.
void append_json_text(std::string& out, std::string_view text);

}  // namespace assay::core
