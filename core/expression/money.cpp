#include "core/expression/money.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <limits>

namespace assay::core::expression {
namespace {

constexpr Wide kLargest = std::numeric_limits<std::int64_t>::max();
constexpr Wide kSmallest = std::numeric_limits<std::int64_t>::min();

std::optional<std::int64_t> fitting(Wide units) {
  if (units < kSmallest || units > kLargest) return std::nullopt;
  return static_cast<std::int64_t>(units);
}

int sign(Wide value) { return value < 0 ? -1 : value > 0 ? 1 : 0; }

}  // namespace

std::optional<std::int64_t> read_money(std::string_view text) {
  const bool negative = text.starts_with('-');
  if (negative) text.remove_prefix(1);
  Wide units = 0;
  int behind = -1;  // digits behind the point
  std::size_t digits = 0;
  for (const char c : text) {
    if (c == '.' && behind < 0) {
      behind = 0;
      continue;
    }
    if (c < '0' || c > '9') return std::nullopt;
    ++digits;
    if (behind == 4 && c != '0') return std::nullopt;
    if (behind == 4) continue;
    units = units * 10 + (c - '0');
    if (units > kLargest + 1) return std::nullopt;
    if (behind >= 0) ++behind;
  }
  if (digits == 0) return std::nullopt;
  for (int i = behind < 0 ? 0 : behind; i < 4; ++i) units *= 10;
  return fitting(negative ? -units : units);
}

std::optional<std::int64_t> exact_money(const Value& number) {
  switch (number.kind) {
    case Kind::decimal:
      return number.integer;
    case Kind::int64:
      return fitting(Wide{number.integer} * kUnits);
    case Kind::uint64:
      return fitting(Wide{number.natural} * kUnits);
    case Kind::float64: {
      std::array<char, 512> digits;
      const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number.real,
                                     std::chars_format::fixed);
      return read_money({digits.data(), static_cast<std::size_t>(end.ptr - digits.data())});
    }
    default:
      return std::nullopt;
  }
}

std::string_view write_money(std::int64_t units, char* to) {
  const bool negative = units < 0;
  const auto size = negative ? 0 - static_cast<std::uint64_t>(units) : units;
  int length = std::snprintf(to, kLongestMoney, "%s%llu.%04llu", negative ? "-" : "",
                             static_cast<unsigned long long>(size / kUnits),
                             static_cast<unsigned long long>(size % kUnits));
  for (int i = 0; i < 2 && to[length - 1] == '0'; ++i) --length;
  return {to, static_cast<std::size_t>(length)};
}

Wide divide_rounded(Wide dividend, Wide divisor) {
  const Wide quotient = dividend / divisor;
  const Wide rest = dividend % divisor;
  const Wide twice = 2 * (rest < 0 ? -rest : rest);
  const Wide whole = divisor < 0 ? -divisor : divisor;
  if (twice < whole || (twice == whole && quotient % 2 == 0)) return quotient;
  return quotient + ((dividend < 0) == (divisor < 0) ? 1 : -1);
}

int compare_money(std::int64_t units, double with) {
  if (std::isnan(with)) return 2;
  constexpr double kBeyond = 1e15;  // times 10000 that is more than 64 bits hold
  if (with >= kBeyond) return -1;
  if (with <= -kBeyond) return 1;
  const double whole = std::floor(with);
  const Wide difference = Wide{units} - Wide{static_cast<std::int64_t>(whole)} * kUnits;
  if (difference < 0 || difference >= kUnits) return sign(difference < 0 ? difference : 1);
  // 53 bits of a fraction times 10000 need 63: a long double has them.
  const long double rest = static_cast<long double>(with - whole) * kUnits;
  const auto left = static_cast<long double>(difference);
  return left < rest ? -1 : left > rest ? 1 : 0;
}

}  // namespace assay::core::expression
