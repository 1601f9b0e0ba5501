#include "host/config/values.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cmath>
#include <limits>
#include <optional>
#include <utility>

namespace assay::host {
namespace {

using Failure = tl::unexpected<std::string>;

constexpr std::int64_t int64_max = std::numeric_limits<std::int64_t>::max();

struct Unit {
  std::string_view name;
  std::int64_t factor;
};

constexpr std::array duration_units{
    Unit{"ns", 1},
    Unit{"us", 1'000},
    Unit{"ms", 1'000'000},
    Unit{"s", 1'000'000'000},
    Unit{"m", 60'000'000'000},
    Unit{"h", 3'600'000'000'000},
    Unit{"d", 86'400'000'000'000},
};

constexpr std::array size_units{
    Unit{"B", 1},
    Unit{"k", 1'000},
    Unit{"K", 1'000},
    Unit{"kB", 1'000},
    Unit{"KB", 1'000},
    Unit{"M", 1'000'000},
    Unit{"MB", 1'000'000},
    Unit{"G", 1'000'000'000},
    Unit{"GB", 1'000'000'000},
    Unit{"T", 1'000'000'000'000},
    Unit{"TB", 1'000'000'000'000},
    Unit{"KiB", std::int64_t{1} << 10},
    Unit{"MiB", std::int64_t{1} << 20},
    Unit{"GiB", std::int64_t{1} << 30},
    Unit{"TiB", std::int64_t{1} << 40},
};

bool is_digit(char letter) { return letter >= '0' && letter <= '9'; }

std::string_view take_digits(std::string_view& text) {
  const auto end = std::ranges::find_if_not(text, is_digit);
  const auto length = static_cast<std::size_t>(end - text.begin());
  const auto digits = text.substr(0, length);
  text.remove_prefix(length);
  return digits;
}

std::optional<std::int64_t> whole(std::string_view digits) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
  return value;
}

std::optional<std::int64_t> times(std::int64_t count, std::int64_t factor) {
  if (count > int64_max / factor) return std::nullopt;
  return count * factor;
}

template <std::size_t N>
tl::expected<std::int64_t, std::string> with_unit(std::string_view text,
                                                  const std::array<Unit, N>& units,
                                                  std::string_view what) {
  const std::string expected = "expected " + std::string(what);
  std::string_view rest = text;
  const std::string_view digits = take_digits(rest);
  if (digits.empty()) return Failure(expected);
  const auto count = whole(digits);
  if (!count) return Failure("the number is too large; " + expected);
  if (rest.empty()) {
    if (*count == 0) return 0;
    return Failure("a unit is missing; " + expected);
  }
  if (rest.front() == ' ') rest.remove_prefix(1);
  const auto unit = std::ranges::find(units, rest, &Unit::name);
  if (unit == units.end()) return Failure(expected);
  const auto value = times(*count, unit->factor);
  if (!value) return Failure("the value is too large; " + expected);
  return *value;
}

// Takes exactly `count` digits off the front.
std::optional<int> number_of(std::string_view& text, std::size_t count) {
  if (text.size() < count ||
      !std::all_of(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(count), is_digit)) {
    return std::nullopt;
  }
  int value = 0;
  for (const char digit : text.substr(0, count)) value = value * 10 + (digit - '0');
  text.remove_prefix(count);
  return value;
}

bool take(std::string_view& text, char letter) {
  if (!text.starts_with(letter)) return false;
  text.remove_prefix(1);
  return true;
}

std::optional<std::chrono::sys_days> take_date(std::string_view& text) {
  const auto year = number_of(text, 4);
  if (!year || !take(text, '-')) return std::nullopt;
  const auto month = number_of(text, 2);
  if (!month || !take(text, '-')) return std::nullopt;
  const auto day = number_of(text, 2);
  if (!day) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(*year),
                                         std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day))};
  // Nanoseconds in 64 bits end in these years.
  if (!date.ok() || *year < 1678 || *year > 2261) return std::nullopt;
  return std::chrono::sys_days(date);
}

std::optional<std::chrono::nanoseconds> take_clock(std::string_view& text) {
  const auto hour = number_of(text, 2);
  if (!hour || *hour > 23 || !take(text, ':')) return std::nullopt;
  const auto minute = number_of(text, 2);
  if (!minute || *minute > 59 || !take(text, ':')) return std::nullopt;
  const auto second = number_of(text, 2);
  if (!second || *second > 59) return std::nullopt;
  std::int64_t fraction = 0;
  if (take(text, '.')) {
    const auto digits = take_digits(text);
    if (digits.empty() || digits.size() > 9) return std::nullopt;
    fraction = *whole(digits);
    for (std::size_t i = digits.size(); i < 9; ++i) fraction *= 10;
  }
  return std::chrono::hours(*hour) + std::chrono::minutes(*minute) + std::chrono::seconds(*second) +
         std::chrono::nanoseconds(fraction);
}

std::optional<std::chrono::minutes> take_zone(std::string_view& text) {
  if (take(text, 'Z')) return std::chrono::minutes(0);
  const bool west = text.starts_with('-');
  if (!take(text, '+') && !take(text, '-')) return std::nullopt;
  const auto hour = number_of(text, 2);
  if (!hour || *hour > 14 || !take(text, ':')) return std::nullopt;
  const auto minute = number_of(text, 2);
  if (!minute || *minute > 59) return std::nullopt;
  const auto offset = std::chrono::hours(*hour) + std::chrono::minutes(*minute);
  return west ? -offset : offset;
}

}  // namespace

tl::expected<std::int64_t, std::string> parse_duration(std::string_view text) {
  return with_unit(text, duration_units, "a duration such as `500ms`, `10m`, `24h` or `30d`");
}

tl::expected<std::int64_t, std::string> parse_size(std::string_view text) {
  return with_unit(text, size_units, "a size such as `64 KiB`, `8 MiB` or `1 GB`");
}

tl::expected<std::int64_t, std::string> parse_decimal(std::string_view text) {
  static const std::string expected = "expected a decimal such as `10.00`";
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  const auto integral = take_digits(text);
  std::string_view fraction;
  if (integral.empty()) return Failure(expected);
  if (take(text, '.')) {
    fraction = take_digits(text);
    if (fraction.empty()) return Failure(expected);
  }
  if (!text.empty()) return Failure(expected);
  if (fraction.size() > decimal_scale) {
    return Failure(std::string("at most four digits may stand after the point"));
  }
  std::string digits(integral);
  digits += fraction;
  digits.append(decimal_scale - fraction.size(), '0');
  if (negative) digits.insert(digits.begin(), '-');
  const auto value = whole(digits);
  if (!value) return Failure(std::string("the amount is too large"));
  return *value;
}

tl::expected<Money, std::string> parse_money(std::string_view text) {
  const std::string expected = "expected an amount and a currency such as `10.00 EUR`";
  const auto space = text.find(' ');
  if (space == std::string_view::npos) return Failure(expected);
  const auto currency = text.substr(space + 1);
  const bool is_code = currency.size() == 3 && std::ranges::all_of(currency, [](char letter) {
                         return letter >= 'A' && letter <= 'Z';
                       });
  if (!is_code) return Failure(expected);
  const auto units = parse_decimal(text.substr(0, space));
  if (!units) return Failure(units.error());
  return Money{*units, std::string(currency)};
}

tl::expected<Rate, std::string> parse_rate(std::string_view text) {
  const std::string expected = "expected a rate such as `5/s`, `100/m` or `2000/h`";
  const auto digits = take_digits(text);
  if (digits.empty() || !take(text, '/')) return Failure(expected);
  const auto count = whole(digits);
  if (!count) return Failure("the number is too large; " + expected);
  const auto unit = std::ranges::find(duration_units, text, &Unit::name);
  if (unit == duration_units.end() || unit->factor < 1'000'000'000) return Failure(expected);
  return Rate{*count, unit->factor};
}

tl::expected<std::int32_t, std::string> parse_share(std::string_view text) {
  const std::string expected = "expected a share such as `5 %`";
  if (!text.ends_with('%')) return Failure(expected);
  text.remove_suffix(1);
  if (text.ends_with(' ')) text.remove_suffix(1);
  // A percent is ten thousand millionths, and that is the scale of a decimal.
  const auto millionths = parse_decimal(text);
  if (!millionths) return Failure(expected);
  if (*millionths < 0 || *millionths > 1'000'000) {
    return Failure("expected a share from `0 %` to `100 %`");
  }
  return static_cast<std::int32_t>(*millionths);
}

tl::expected<std::int64_t, std::string> parse_time(std::string_view text) {
  const std::string expected = "expected a time such as `2024-01-31` or `2024-01-31T10:00:00Z`";
  const auto date = take_date(text);
  if (!date) return Failure(expected);
  std::chrono::sys_time<std::chrono::nanoseconds> time = *date;
  if (!text.empty()) {
    if (!take(text, 'T')) return Failure(expected);
    const auto clock = take_clock(text);
    if (!clock) return Failure(expected);
    const auto zone = take_zone(text);
    if (!zone) return Failure("a zone is missing; " + expected);
    if (!text.empty()) return Failure(expected);
    time += *clock - *zone;
  }
  return time.time_since_epoch().count();
}

tl::expected<std::int64_t, std::string> parse_integer(std::string_view text) {
  std::string_view digits = text;
  if (digits.starts_with('+') && digits.size() > 1 && is_digit(digits[1])) digits.remove_prefix(1);
  std::int64_t value = 0;
  const char* last = digits.data() + digits.size();
  const auto [end, error] = std::from_chars(digits.data(), last, value);
  if (end != last || error == std::errc::invalid_argument) {
    return Failure(std::string("expected a whole number"));
  }
  if (error != std::errc()) {
    return Failure(
        std::string("the number is too large; expected a whole number from "
                    "-9223372036854775808 to 9223372036854775807"));
  }
  return value;
}

tl::expected<double, std::string> parse_number(std::string_view text) {
  double value = 0;
  const char* last = text.data() + text.size();
  const auto [end, error] = std::from_chars(text.data(), last, value);
  if (error != std::errc() || end != last || !std::isfinite(value)) {
    return Failure(std::string("expected a number"));
  }
  return value;
}

tl::expected<bool, std::string> parse_bool(std::string_view text) {
  if (text == "true") return true;
  if (text == "false") return false;
  return Failure(std::string("expected `true` or `false`"));
}

}  // namespace assay::host
