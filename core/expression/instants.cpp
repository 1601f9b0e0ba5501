#include "core/expression/instants.hpp"

#include <array>
#include <chrono>
#include <cstdio>
#include <utility>

#include "core/expression/money.hpp"

namespace assay::core::expression {
namespace {

constexpr std::int64_t kFirstSecond = -62'135'596'800;  // 0001-01-01T00:00:00Z
constexpr std::int64_t kLastSecond = 253'402'300'799;   // 9999-12-31T23:59:59Z
constexpr std::int64_t kLongest = 315'576'000'000;      // seconds of 10,000 years
constexpr const char* kNoTime = "the text is no time: 2024-05-01T12:34:56Z is one";
constexpr const char* kNoDuration = "the text is no duration: 10m and 1h30m are";

// Seconds and nanoseconds, the latter within a second; false where that does not fit.
bool carry(std::int64_t& seconds, std::int64_t& nanoseconds) {
  auto more = nanoseconds / kNanoseconds;
  nanoseconds %= kNanoseconds;
  if (nanoseconds < 0) {
    nanoseconds += kNanoseconds;
    --more;
  }
  return !__builtin_add_overflow(seconds, more, &seconds);
}

// A number of that many digits, at the front; -1 where there is none.
int digits(std::string_view& text, std::size_t count) {
  if (text.size() < count) return -1;
  int value = 0;
  for (std::size_t i = 0; i < count; ++i) {
    if (text[i] < '0' || text[i] > '9') return -1;
    value = value * 10 + (text[i] - '0');
  }
  text.remove_prefix(count);
  return value;
}

bool take(std::string_view& text, std::string_view any_of) {
  if (text.empty() || any_of.find(text.front()) == std::string_view::npos) return false;
  text.remove_prefix(1);
  return true;
}

// What a unit is worth in nanoseconds; the longer name of two that begin alike comes first.
constexpr std::array<std::pair<std::string_view, std::int64_t>, 8> kUnitNames{{
    {"ns", 1},
    {"us", 1'000},
    {"\xC2\xB5s", 1'000},
    {"ms", 1'000'000},
    {"s", kNanoseconds},
    {"m", 60 * kNanoseconds},
    {"h", 3'600 * kNanoseconds},
    {"d", 86'400 * kNanoseconds},
}};

std::int64_t take_unit(std::string_view& text, bool days) {
  for (const auto& [name, worth] : kUnitNames) {
    if (!text.starts_with(name) || (name == "d" && !days)) continue;
    text.remove_prefix(name.size());
    return worth;
  }
  return 0;
}

// One number with its unit, in nanoseconds: at most 10^19 digits of worth, so it fits 128 bits.
std::optional<Wide> take_part(std::string_view& text, bool days) {
  constexpr Wide kEnough = Wide{kLongest} * kNanoseconds + 1;
  Wide whole = 0;
  Wide fraction = 0;
  Wide scale = 1;
  std::size_t count = 0;
  bool behind = false;
  for (; !text.empty(); text.remove_prefix(1)) {
    const char c = text.front();
    if (c == '.' && !behind) {
      behind = true;
      continue;
    }
    if (c < '0' || c > '9') break;
    ++count;
    if (!behind) {
      whole = std::min(whole * 10 + (c - '0'), kEnough);
    } else if (scale < kNanoseconds * Wide{1'000'000}) {
      fraction = fraction * 10 + (c - '0');
      scale *= 10;
    }
  }
  const std::int64_t worth = take_unit(text, days);
  if (count == 0 || worth == 0) return std::nullopt;
  return whole * worth + fraction * worth / scale;
}

std::string_view trimmed(const char* text, int size) {
  std::string_view view(text, static_cast<std::size_t>(size));
  if (view.find('.') != std::string_view::npos) {
    while (view.back() == '0') view.remove_suffix(1);
    if (view.back() == '.') view.remove_suffix(1);
  }
  return view;
}

}  // namespace

Value make_time(std::int64_t seconds, std::int64_t nanoseconds) {
  if (!carry(seconds, nanoseconds) || seconds < kFirstSecond || seconds > kLastSecond) {
    return error(kNoSuchTime);
  }
  return instant(Kind::time, seconds, static_cast<std::uint32_t>(nanoseconds));
}

Value make_duration(std::int64_t seconds, std::int64_t nanoseconds) {
  if (!carry(seconds, nanoseconds) || seconds < -kLongest || seconds > kLongest ||
      (seconds == kLongest && nanoseconds > 0)) {
    return error(kNoSuchDuration);
  }
  return instant(Kind::duration, seconds, static_cast<std::uint32_t>(nanoseconds));
}

Value read_time(std::string_view text) {
  const int year = digits(text, 4);
  const bool first = year >= 0 && take(text, "-");
  const int month = first ? digits(text, 2) : -1;
  const int day = month >= 0 && take(text, "-") ? digits(text, 2) : -1;
  const int hour = day >= 0 && take(text, "Tt") ? digits(text, 2) : -1;
  const int minute = hour >= 0 && take(text, ":") ? digits(text, 2) : -1;
  const int second = minute >= 0 && take(text, ":") ? digits(text, 2) : -1;
  if (second < 0) return error(kNoTime);
  std::int64_t nanoseconds = 0;
  if (take(text, ".")) {
    std::int64_t weight = kNanoseconds / 10;
    if (text.empty() || text.front() < '0' || text.front() > '9') return error(kNoTime);
    for (int digit = digits(text, 1); digit >= 0; digit = digits(text, 1), weight /= 10) {
      nanoseconds += weight * digit;
    }
  }
  std::int64_t east = 0;
  if (!take(text, "Zz")) {
    const auto offset =
        text.starts_with('+') || text.starts_with('-') ? read_offset(text) : std::nullopt;
    if (!offset) return error(kNoTime);
    east = *offset;
    text = {};
  }
  const std::chrono::year_month_day date{std::chrono::year(year),
                                         std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  if (!text.empty() || !date.ok() || hour > 23 || minute > 59 || second > 59) {
    return error(kNoTime);
  }
  const std::int64_t days = std::chrono::sys_days(date).time_since_epoch().count();
  return make_time(((days * 24 + hour) * 60 + minute) * 60 + second - east, nanoseconds);
}

Value read_duration(std::string_view text, bool days) {
  const bool negative = text.starts_with('-');
  take(text, "+-");
  if (text == "0") return instant(Kind::duration, 0, 0);
  if (text.empty()) return error(kNoDuration);
  constexpr Wide kMost = Wide{kLongest} * kNanoseconds;
  Wide sum = 0;
  while (!text.empty()) {
    const auto part = take_part(text, days);
    if (!part) return error(kNoDuration);
    sum += *part;
    if (sum > kMost) return error(kNoSuchDuration);
  }
  if (negative) sum = -sum;
  return make_duration(static_cast<std::int64_t>(sum / kNanoseconds),
                       static_cast<std::int64_t>(sum % kNanoseconds));
}

std::optional<std::int64_t> read_offset(std::string_view text) {
  if (text == "UTC" || text == "Z") return 0;
  const bool west = text.starts_with('-');
  take(text, "+-");
  const int hours = digits(text, 2);
  const int minutes = hours >= 0 && take(text, ":") ? digits(text, 2) : -1;
  if (minutes < 0 || minutes > 59 || hours > 23 || !text.empty()) return std::nullopt;
  const std::int64_t seconds = (std::int64_t{hours} * 60 + minutes) * 60;
  return west ? -seconds : seconds;
}

std::string_view write_time(const Value& time, char* to) {
  const std::chrono::sys_seconds since{std::chrono::seconds(time.integer)};
  const auto day = std::chrono::floor<std::chrono::days>(since);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss clock(since - day);
  const int size =
      std::snprintf(to, kLongestInstant, "%04d-%02u-%02uT%02d:%02d:%02d.%09u", int(date.year()),
                    unsigned(date.month()), unsigned(date.day()), int(clock.hours().count()),
                    int(clock.minutes().count()), int(clock.seconds().count()), time.size);
  const auto text = trimmed(to, size);
  to[text.size()] = 'Z';
  return {to, text.size() + 1};
}

std::string_view write_duration(const Value& duration, char* to) {
  auto seconds = duration.integer;
  auto beyond = static_cast<std::int64_t>(duration.size);
  const bool negative = seconds < 0;
  if (negative && beyond > 0) {
    ++seconds;
    beyond = kNanoseconds - beyond;
  }
  const int size = std::snprintf(to, kLongestInstant, "%s%lld.%09lld", negative ? "-" : "",
                                 static_cast<long long>(negative ? -seconds : seconds),
                                 static_cast<long long>(beyond));
  const auto text = trimmed(to, size);
  to[text.size()] = 's';
  return {to, text.size() + 1};
}

}  // namespace assay::core::expression
