// Copies a text, which is nearly always a short one, without a call.
//
// A name, a city, an id: a few bytes each, and half a dozen of them in every row. The library's
// copy costs more in finding out how to copy than in copying. Here the first and the last bytes are
// moved as two words that may overlap, so no loop runs and nothing beyond the text is touched.
#pragma once

#include <cstddef>
#include <cstring>
#include <string_view>

namespace assay::core {

// Of at least `kWord` and at most twice as many bytes.
template <std::size_t kWord>
void copy_both_ends(std::byte* to, std::string_view text) {
  std::byte first[kWord];
  std::byte last[kWord];
  const auto rest = text.size() - kWord;
  std::memcpy(first, text.data(), kWord);
  std::memcpy(last, text.data() + rest, kWord);
  std::memcpy(to, first, kWord);
  std::memcpy(to + rest, last, kWord);
}

// The two must not overlap.
inline void copy_text(std::byte* to, std::string_view text) {
  const auto size = text.size();
  if (size > 64) {
    std::memcpy(to, text.data(), size);
  } else if (size >= 32) {
    copy_both_ends<32>(to, text);
  } else if (size >= 16) {
    copy_both_ends<16>(to, text);
  } else if (size >= 8) {
    copy_both_ends<8>(to, text);
  } else if (size >= 4) {
    copy_both_ends<4>(to, text);
  } else {
    for (std::size_t i = 0; i < size; ++i) to[i] = static_cast<std::byte>(text[i]);
  }
}

}  // namespace assay::core
