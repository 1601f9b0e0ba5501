// Text from a record, made safe to print in one line of a mail.
//
// A merchant's name is written by strangers. A line break in it would add a header to the mail or a
// line of its own to what the customer reads; a bidirectional control would show one thing and say
// another. Everything a mail prints has gone through `single_line`.
//
// Thread: any.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace assay::mail {

inline constexpr std::size_t longest_value = 200;

// Controls, line and paragraph separators become one space per run, bidirectional and zero-width
// controls go, bytes that are no UTF-8 become "?", and what is longer than `limit` code points ends
// in "...". Leading and trailing spaces go.
[[nodiscard]] std::string single_line(std::string_view text, std::size_t limit = longest_value);

// The code point at the head of `text` and how many bytes it takes; size 0 where the head is no
// UTF-8. `text` is not empty.
struct CodePoint {
  char32_t value = 0;
  std::size_t size = 0;
};
[[nodiscard]] CodePoint first_code_point(std::string_view text);

// "**** 1234"; nothing for a card whose last digits are not known.
[[nodiscard]] std::string masked_card(std::string_view last_digits);

}  // namespace assay::mail
