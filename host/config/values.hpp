// Numbers with units, from text to integers, exactly: money is never a double and a duration never
// a guess. Total functions: any text gives a value or a reason in words that says what would be
// right.
//
// Thread: any.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

namespace assay::host {

/// Digits after the point of every amount.
inline constexpr int decimal_scale = 4;

struct Money {
  std::int64_t units = 0;  // at scale 4: 10.00 is 100000
  std::string currency{};  // ISO 4217, three capital letters

  friend bool operator==(const Money&, const Money&) = default;
};

/// Events per time: 5/s, 100/m.
struct Rate {
  std::int64_t count = 0;
  std::int64_t per_ns = 0;

  friend bool operator==(const Rate&, const Rate&) = default;
};

/// Nanoseconds, never negative: a whole number and one of ns, us, ms, s, m, h, d; or a bare 0.
[[nodiscard]] tl::expected<std::int64_t, std::string> parse_duration(std::string_view text);

/// Bytes, never negative: a whole number and one of B; k, kB, MB, GB, TB (powers of 1000); KiB,
/// MiB, GiB, TiB (powers of 1024), a space between allowed; or a bare 0. `K`, `M`, `G`, `T` alone
/// count in 1000s.
[[nodiscard]] tl::expected<std::int64_t, std::string> parse_size(std::string_view text);

/// Units at scale 4. More than four digits after the point are refused, even zeros.
[[nodiscard]] tl::expected<std::int64_t, std::string> parse_decimal(std::string_view text);

/// "10.00 EUR".
[[nodiscard]] tl::expected<Money, std::string> parse_money(std::string_view text);

/// "100/m": a whole number, a slash and one of s, m, h, d.
[[nodiscard]] tl::expected<Rate, std::string> parse_rate(std::string_view text);

/// Millionths of "5 %": 0 to 100 percent, up to four digits behind the point.
[[nodiscard]] tl::expected<std::int32_t, std::string> parse_share(std::string_view text);

/// Nanoseconds since 1970 UTC of "2024-01-31" or "2024-01-31T10:00:00[.fraction](Z|+hh:mm|-hh:mm)",
/// 1678 to 2261.
[[nodiscard]] tl::expected<std::int64_t, std::string> parse_time(std::string_view text);

[[nodiscard]] tl::expected<std::int64_t, std::string> parse_integer(std::string_view text);
/// A finite number.
[[nodiscard]] tl::expected<double, std::string> parse_number(std::string_view text);
/// `true` or `false`.
[[nodiscard]] tl::expected<bool, std::string> parse_bool(std::string_view text);

}  // namespace assay::host
