// Reads the entries of a list, one a line: `value[, expires=2027-01-01][, reason=text]`.
//
// A line that begins with # is a comment, an empty line is skipped. A value or a reason that holds
// a comma or begins or ends with blanks stands in double quotes, a quote inside it is doubled. An
// entry expires at the beginning of its day, in UTC. A fault never repeats the text it speaks of:
// it may be a card number.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

namespace assay::rules {

struct ListEntry {
  std::string value;
  std::string reason;                // empty for none
  std::int64_t expires = INT64_MAX;  // nanoseconds since 1970; the first instant it no longer holds
  std::uint32_t line = 0;
  std::uint32_t column = 0;  // of the value
};

struct ListFault {
  std::string message;
  std::string help;
  std::uint32_t column = 1;
};

// What the values are.
enum class ListOf {
  cards,  // tokens of 32 hexadecimal digits
  texts
};

// monostate: nothing on this line.
using ListLine = std::variant<std::monostate, ListEntry, ListFault>;

// One line, without its line end. `line` numbers it, from 1.
ListLine parse_list_line(std::string_view text, std::uint32_t line, ListOf kind);

}  // namespace assay::rules
