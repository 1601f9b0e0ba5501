// Times and durations: their range, and the texts that they are read from and written as.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/expression/value.hpp"

namespace assay::core::expression {

constexpr const char* kNoSuchTime = "the time is before the year 1 or after 9999";
constexpr const char* kNoSuchDuration = "the duration is longer than 10,000 years";

// A known value or an error, `nanoseconds` carried over where they are none of one second.
Value make_time(std::int64_t seconds, std::int64_t nanoseconds);
Value make_duration(std::int64_t seconds, std::int64_t nanoseconds);

// RFC 3339: 2024-05-01T12:34:56.789Z, with an offset in place of the Z.
Value read_time(std::string_view text);

// As CEL has it: 10m, 1h30m, 1.5s, -200ms, of h, m, s, ms, us, ns. `days` allows d, too.
Value read_duration(std::string_view text, bool days = false);

// Seconds to the east: "UTC", "+02:00", "-09:30", "02:00". Nothing for what is no such offset.
std::optional<std::int64_t> read_offset(std::string_view text);

// "2024-05-01T12:34:56Z", "5400s", "0.25s": what the readers above read back.
constexpr std::size_t kLongestInstant = 48;
std::string_view write_time(const Value& time, char* to);
std::string_view write_duration(const Value& duration, char* to);

}  // namespace assay::core::expression
