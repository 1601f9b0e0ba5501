// Times and durations as feeds write them, to nanoseconds.
//
// A number is told apart by its size: below 100,000,000,000 (10^11) it is seconds since 1970,
// below 10^14 milliseconds; seconds pass 10^11 in the year 5138 and milliseconds were below it
// until March 1973. Anything larger is out of range, and so is a time that 64 bits of nanoseconds
// do not hold (before 1677, after 2262). Fractions finer than a nanosecond are dropped.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/decode/number.hpp"

namespace assay::core {

// A JSON number: seconds or milliseconds since 1970-01-01 UTC, to nanoseconds.
Scaled parse_epoch(std::string_view number) noexcept;

// ISO 8601 with a zone: 2024-05-01T12:34:56.789Z, 2024-05-01 12:34+02:00. `malformed` without one.
Scaled parse_iso_time(std::string_view text) noexcept;

// What a text holds: ISO 8601, or a number as parse_epoch() reads it.
Scaled parse_time_text(std::string_view text) noexcept;

// A number of seconds, a number with a unit (ns, us, ms, s, m, h, d), or an offset from UTC
// (+02:00, -0330, Z; with its minutes), to nanoseconds.
Scaled parse_duration_text(std::string_view text) noexcept;

// 2024-05-01T12:34:56Z, with as many digits of the second as are not 0.
std::string format_time(std::int64_t nanoseconds);

}  // namespace assay::core
