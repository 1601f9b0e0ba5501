// Exact numbers from JSON text: no double on the way.
#pragma once

#include <cstdint>
#include <string_view>

namespace assay::core {

enum class NumberError : std::uint8_t {
  ok,
  malformed,        // not a JSON number
  too_many_digits,  // digits other than 0 behind the scale
  out_of_range,     // does not fit 64 bits at that scale
};

enum class Digits : std::uint8_t {
  exact,     // digits behind the scale are an error unless they are 0
  truncate,  // they are dropped
};

struct Scaled {
  std::int64_t units = 0;  // value * 10^scale
  NumberError error = NumberError::ok;
};

// Reads a whole JSON number (sign, digits, fraction, exponent; RFC 8259 grammar) at a scale of 0 to
// 9. An exponent is followed exactly: 1.25e3 is 1250.
Scaled parse_scaled(std::string_view text, int scale, Digits digits = Digits::exact) noexcept;

// Reads a JSON number as the nearest double, if it is a short one: up to 15 digits, at most one
// point, no exponent, as a place or a rate is written. False for any other text.
[[nodiscard]] bool parse_short_double(std::string_view text, double& number) noexcept;

// True for the JSON grammar of a number.
bool is_json_number(std::string_view text) noexcept;

}  // namespace assay::core
