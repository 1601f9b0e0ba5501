#include "core/decode/timestamp.hpp"

#include <array>
#include <chrono>
#include <cstdio>
#include <utility>

namespace assay::core {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;
constexpr Scaled kMalformed{0, NumberError::malformed};

// Walks over a text; every step says whether it found what it wanted.
class Cursor {
 public:
  explicit Cursor(std::string_view text) : text_(text) {}

  bool done() const { return text_.empty(); }
  bool take(std::string_view any_of) {
    if (text_.empty() || any_of.find(text_.front()) == std::string_view::npos) return false;
    taken_ = text_.front();
    text_.remove_prefix(1);
    return true;
  }
  char taken() const { return taken_; }
  bool digits(std::size_t count, int& value) {
    if (text_.size() < count) return false;
    value = 0;
    for (std::size_t i = 0; i < count; ++i) {
      const char c = text_[i];
      if (c < '0' || c > '9') return false;
      value = value * 10 + (c - '0');
    }
    text_.remove_prefix(count);
    return true;
  }
  // The digits behind a point, as nanoseconds; at least one.
  bool fraction(std::int64_t& nanoseconds) {
    std::int64_t weight = kSecond / 10;
    std::size_t count = 0;
    while (count < text_.size() && text_[count] >= '0' && text_[count] <= '9') {
      nanoseconds += weight * (text_[count] - '0');
      weight /= 10;
      ++count;
    }
    text_.remove_prefix(count);
    return count != 0;
  }

 private:
  std::string_view text_;
  char taken_ = 0;
};

// Z, +02:00, +0200, +02, to seconds.
bool take_zone(Cursor& cursor, int& seconds) {
  seconds = 0;
  if (cursor.take("Zz")) return true;
  if (!cursor.take("+-")) return false;
  const bool west = cursor.taken() == '-';
  int hours = 0;
  int minutes = 0;
  if (!cursor.digits(2, hours)) return false;
  if (!cursor.done()) {
    cursor.take(":");
    if (!cursor.digits(2, minutes)) return false;
  }
  if (hours > 18 || minutes > 59) return false;
  seconds = (hours * 60 + minutes) * 60;
  if (west) seconds = -seconds;
  return true;
}

Scaled to_nanoseconds(std::int64_t seconds, std::int64_t nanoseconds) {
  if (seconds < 0 && nanoseconds > 0) {
    // Both of one sign: the earliest times would overflow on the way to what fits.
    ++seconds;
    nanoseconds -= kSecond;
  }
  std::int64_t value = 0;
  if (__builtin_mul_overflow(seconds, kSecond, &value) ||
      __builtin_add_overflow(value, nanoseconds, &value)) {
    return {0, NumberError::out_of_range};
  }
  return {value, NumberError::ok};
}

}  // namespace

Scaled parse_epoch(std::string_view number) noexcept {
  constexpr std::int64_t kFirstMillisecond = 100'000'000'000;
  constexpr std::int64_t kFirstBeyond = 100'000'000'000'000;
  const auto exact = parse_scaled(number, 0);
  const bool fraction = exact.error == NumberError::too_many_digits;
  const auto whole = fraction ? parse_scaled(number, 0, Digits::truncate) : exact;
  if (whole.error != NumberError::ok) return whole;
  const auto size = whole.units < 0 ? -(whole.units + 1) : whole.units;
  if (size >= kFirstBeyond) return {0, NumberError::out_of_range};
  const bool seconds = size < kFirstMillisecond;
  if (fraction) return parse_scaled(number, seconds ? 9 : 6, Digits::truncate);
  if (seconds) return to_nanoseconds(whole.units, 0);
  return to_nanoseconds(whole.units / 1000, whole.units % 1000 * 1'000'000);
}

Scaled parse_iso_time(std::string_view text) noexcept {
  Cursor cursor(text);
  int year = 0;
  int month = 0;
  int day = 0;
  int hour = 0;
  int minute = 0;
  int second = 0;
  std::int64_t nanoseconds = 0;
  const bool date = cursor.digits(4, year) && cursor.take("-") && cursor.digits(2, month) &&
                    cursor.take("-") && cursor.digits(2, day) && cursor.take("Tt ") &&
                    cursor.digits(2, hour) && cursor.take(":") && cursor.digits(2, minute);
  if (!date) return kMalformed;
  if (cursor.take(":")) {
    if (!cursor.digits(2, second)) return kMalformed;
    if (cursor.take(".,") && !cursor.fraction(nanoseconds)) return kMalformed;
  }
  int offset = 0;
  if (!take_zone(cursor, offset) || !cursor.done()) return kMalformed;

  const std::chrono::year_month_day calendar{std::chrono::year(year),
                                             std::chrono::month(static_cast<unsigned>(month)),
                                             std::chrono::day(static_cast<unsigned>(day))};
  // A leap second (60) is the first of the next minute, as POSIX counts.
  if (!calendar.ok() || hour > 23 || minute > 59 || second > 60) return kMalformed;
  const std::int64_t days = std::chrono::sys_days(calendar).time_since_epoch().count();
  return to_nanoseconds(((days * 24 + hour) * 60 + minute) * 60 + second - offset, nanoseconds);
}

Scaled parse_time_text(std::string_view text) noexcept {
  // The fifth character of a date is a dash, of no number but 1234-... it is not.
  if (text.size() > 4 && text[4] == '-') return parse_iso_time(text);
  return parse_epoch(text);
}

Scaled parse_duration_text(std::string_view text) noexcept {
  constexpr std::array<std::pair<std::string_view, std::int64_t>, 7> kUnits{{
      {"ns", 1},
      {"us", 1000},
      {"ms", 1'000'000},
      {"s", kSecond},
      {"m", 60 * kSecond},
      {"h", 3600 * kSecond},
      {"d", 86'400 * kSecond},
  }};
  Cursor cursor(text);
  int offset = 0;
  // Minutes are required: -12 alone is a number of seconds.
  const bool zone = text.size() >= 5 && (text[0] == '+' || text[0] == '-');
  if ((zone || text == "Z") && take_zone(cursor, offset) && cursor.done()) {
    return to_nanoseconds(offset, 0);
  }
  for (const auto& [unit, nanoseconds] : kUnits) {
    if (!text.ends_with(unit)) continue;
    const auto count = parse_scaled(text.substr(0, text.size() - unit.size()), 0);
    if (count.error == NumberError::malformed) continue;  // "5ms" ends with s, too
    if (count.error != NumberError::ok) return count;
    Scaled value{0, NumberError::ok};
    if (__builtin_mul_overflow(count.units, nanoseconds, &value.units)) {
      return {0, NumberError::out_of_range};
    }
    return value;
  }
  return parse_scaled(text, 9, Digits::truncate);
}

std::string format_time(std::int64_t nanoseconds) {
  auto whole = nanoseconds / kSecond;
  auto fraction = nanoseconds % kSecond;
  if (fraction < 0) {
    --whole;
    fraction += kSecond;
  }
  const std::chrono::seconds since(whole);
  const auto days = std::chrono::floor<std::chrono::days>(since);
  const std::chrono::year_month_day date{std::chrono::sys_days(days)};
  const std::chrono::hh_mm_ss time(since - days);
  std::array<char, 64> text;
  const int size = std::snprintf(text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02d.%09d",
                                 int(date.year()), unsigned(date.month()), unsigned(date.day()),
                                 int(time.hours().count()), int(time.minutes().count()),
                                 int(time.seconds().count()), int(fraction));
  std::string out(text.data(), static_cast<std::size_t>(size));
  while (out.back() == '0') out.pop_back();
  if (out.back() == '.') out.pop_back();
  return out + 'Z';
}

}  // namespace assay::core
