// The values that cross the border, in C++: amounts, times, tokens, and how they are written.
//
// Distinct types instead of naked integers: the compiler then refuses to compare an amount with a
// duration. Nothing here owns memory or knows of a batch; cells are read in row.hpp.
#pragma once

#include <assay/plugin.h>

#include <charconv>
#include <chrono>
#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

namespace assay {

// An amount at scale 4: 12.34 is 123400 units. The currency is a field of its own.
struct Money {
  std::int64_t units = 0;

  // Of whole currency units: Money::of(1000) is 1000.00.
  static constexpr Money of(std::int64_t whole) { return {whole * 10000}; }
  friend constexpr auto operator<=>(Money, Money) = default;
};

// Nanoseconds since 1970-01-01 UTC, in event time.
struct Time {
  std::int64_t nanoseconds = 0;
  friend constexpr auto operator<=>(Time, Time) = default;
};

using Duration = std::chrono::nanoseconds;
using seconds = std::chrono::seconds;
using minutes = std::chrono::minutes;
using hours = std::chrono::hours;

struct Token {
  std::uint64_t high = 0;
  std::uint64_t low = 0;
  friend constexpr auto operator<=>(Token, Token) = default;
};

namespace detail {

constexpr assay_text to_c(std::string_view text) { return {text.data(), text.size()}; }
constexpr std::string_view from_c(assay_text text) { return {text.data, text.size}; }

}  // namespace detail

// "1234.50" for 12345000 units: at least two digits behind the point, at most four.
inline std::string to_string(Money money) {
  const auto negative = money.units < 0;
  auto units = negative ? 0 - static_cast<std::uint64_t>(money.units)
                        : static_cast<std::uint64_t>(money.units);
  std::string fraction = std::to_string(10000 + units % 10000).substr(1);
  while (fraction.size() > 2 && fraction.back() == '0') fraction.pop_back();
  std::string text = negative ? "-" : "";
  return text.append(std::to_string(units / 10000)).append(1, '.').append(fraction);
}

// As short as it can be without becoming another number: "3", "1.5".
inline std::string to_string(double value) {
  char digits[32];
  return {digits, std::to_chars(digits, digits + sizeof digits, value).ptr};
}

// In the largest unit that divides it: "10m", "36h", "1500ms".
inline std::string to_string(Duration duration) {
  struct Unit {
    std::int64_t nanoseconds;
    const char* name;
  };
  constexpr Unit units[] = {{86'400'000'000'000, "d"}, {3'600'000'000'000, "h"},
                            {60'000'000'000, "m"},     {1'000'000'000, "s"},
                            {1'000'000, "ms"},         {1, "ns"}};
  for (const auto& unit : units) {
    if (duration.count() != 0 && duration.count() % unit.nanoseconds == 0) {
      return std::to_string(duration.count() / unit.nanoseconds) + unit.name;
    }
  }
  return "0s";
}

// For a sentence: "10 minutes", "1 day 12 hours", "1 second 500 ms"; what is finer than the second
// unit is left out.
inline std::string in_words(Duration duration) {
  struct Unit {
    std::uint64_t nanoseconds;
    const char* one;
    const char* several;
  };
  constexpr Unit units[] = {{86'400'000'000'000u, "day", "days"},
                            {3'600'000'000'000u, "hour", "hours"},
                            {60'000'000'000u, "minute", "minutes"},
                            {1'000'000'000u, "second", "seconds"},
                            {1'000'000u, "ms", "ms"},
                            {1u, "ns", "ns"}};
  const bool negative = duration.count() < 0;
  auto rest = negative ? 0 - static_cast<std::uint64_t>(duration.count())
                       : static_cast<std::uint64_t>(duration.count());
  std::string words;
  for (const auto& unit : units) {
    const auto count = rest / unit.nanoseconds;
    rest %= unit.nanoseconds;
    // The second unit is the one below the first, or none: "1 day 5 seconds" says too much.
    const bool last = !words.empty();
    if (count > 0) {
      words +=
          (last ? " " : "") + std::to_string(count) + ' ' + (count == 1 ? unit.one : unit.several);
    }
    if (last) break;
  }
  if (words.empty()) return "0 seconds";
  return (negative ? "-" : "") + words;
}

}  // namespace assay
