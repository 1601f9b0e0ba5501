#include "core/decode/number.hpp"

#include <algorithm>
#include <array>
#include <limits>

#include "core/decode/digits.hpp"

namespace assay::core {
namespace {

constexpr std::array<std::uint64_t, 20> kPowers = [] {
  std::array<std::uint64_t, 20> powers{};
  std::uint64_t power = 1;
  for (auto& entry : powers) {
    entry = power;
    power *= 10;
  }
  return powers;
}();

constexpr bool is_digit(char c) { return static_cast<unsigned char>(c - '0') < 10; }

// The parts of a number, as they are written.
struct Parts {
  std::string_view whole;
  std::string_view fraction;
  std::int64_t exponent = 0;
  bool negative = false;
  bool valid = false;
};

std::string_view take_digits(const char*& at, const char* end) {
  const char* begin = at;
  while (at != end && is_digit(*at)) ++at;
  return {begin, static_cast<std::size_t>(at - begin)};
}

Parts split(std::string_view text) {
  Parts parts;
  const char* at = text.data();
  const char* const end = at + text.size();
  if (at != end && *at == '-') {
    parts.negative = true;
    ++at;
  }
  parts.whole = take_digits(at, end);
  if (parts.whole.empty() || (parts.whole.size() > 1 && parts.whole[0] == '0')) return parts;
  if (at != end && *at == '.') {
    ++at;
    parts.fraction = take_digits(at, end);
    if (parts.fraction.empty()) return parts;
  }
  if (at != end && (*at == 'e' || *at == 'E')) {
    ++at;
    const bool down = at != end && *at == '-';
    if (at != end && (*at == '-' || *at == '+')) ++at;
    const auto digits = take_digits(at, end);
    if (digits.empty()) return parts;
    // Beyond any size of message the value no longer matters, only that it is huge.
    constexpr std::int64_t kHuge = 1'000'000'000'000;
    for (const char c : digits) parts.exponent = std::min(kHuge, parts.exponent * 10 + (c - '0'));
    if (down) parts.exponent = -parts.exponent;
  }
  parts.valid = at == end;
  return parts;
}

Scaled signed_units(std::uint64_t units, bool negative) {
  constexpr auto kMax = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  if (units > kMax + (negative ? 1 : 0)) return {0, NumberError::out_of_range};
  return {static_cast<std::int64_t>(negative ? 0 - units : units), NumberError::ok};
}

// Any number at all, digit by digit. Rare: an exponent, or more digits than the short way takes.
Scaled parse_long(const Parts& parts, int scale, Digits mode) {
  const auto count = static_cast<std::int64_t>(parts.whole.size() + parts.fraction.size());
  const auto digit = [&](std::int64_t i) {
    const auto index = static_cast<std::size_t>(i);
    return index < parts.whole.size() ? parts.whole[index]
                                      : parts.fraction[index - parts.whole.size()];
  };
  // Digits in front of the scaled value's point; what follows them must be 0 or is dropped.
  const auto kept = static_cast<std::int64_t>(parts.whole.size()) + parts.exponent + scale;
  std::uint64_t units = 0;
  bool overflow = false;
  for (std::int64_t i = 0; i < count; ++i) {
    const auto value = static_cast<std::uint64_t>(digit(i) - '0');
    if (i >= kept) {
      if (value != 0 && mode == Digits::exact) return {0, NumberError::too_many_digits};
      continue;
    }
    overflow = overflow || __builtin_mul_overflow(units, std::uint64_t{10}, &units) ||
               __builtin_add_overflow(units, value, &units);
  }
  if (overflow) return {0, NumberError::out_of_range};
  for (auto i = count; i < kept && units != 0; ++i) {
    if (__builtin_mul_overflow(units, std::uint64_t{10}, &units)) {
      return {0, NumberError::out_of_range};
    }
  }
  return signed_units(units, parts.negative);
}

}  // namespace

Scaled parse_scaled(std::string_view text, int scale, Digits digits) noexcept {
  // Nearly all numbers are a few digits with at most one point: one loop without a way back. At
  // most 18 digits at that scale, so no step can overflow.
  const auto places = static_cast<std::size_t>(scale);
  const bool negative = !text.empty() && text[0] == '-';
  const char* const begin = text.data() + (negative ? 1 : 0);
  const char* const end = text.data() + text.size();
  std::uint64_t units = 0;
  const char* at = begin;
  for (; end - at >= 8 && eight_digits(at); at += 8)
    units = units * 100'000'000 + value_of_eight(at);
  for (; at != end && is_digit(*at); ++at) units = units * 10 + static_cast<unsigned>(*at - '0');
  const auto whole = static_cast<std::size_t>(at - begin);
  if (whole != 0 && whole <= 18 - places && (whole == 1 || *begin != '0')) {
    std::size_t fraction = 0;
    if (at != end && *at == '.') {
      const char* const point = at++;
      for (; at != end && is_digit(*at) && at - point <= scale; ++at) {
        units = units * 10 + static_cast<unsigned>(*at - '0');
      }
      fraction = static_cast<std::size_t>(at - point) - 1;
      if (fraction == 0) at = begin;
    }
    if (at == end) {
      units *= kPowers[places - fraction];
      return {static_cast<std::int64_t>(negative ? 0 - units : units), NumberError::ok};
    }
  }
  const auto parts = split(text);
  if (!parts.valid) return {0, NumberError::malformed};
  return parse_long(parts, scale, digits);
}

// Up to 15 digits and their power of ten are exact as doubles, so one division rounds as it must.
bool parse_short_double(std::string_view text, double& number) noexcept {
  const bool negative = !text.empty() && text[0] == '-';
  const char* const begin = text.data() + (negative ? 1 : 0);
  const char* const end = text.data() + text.size();
  if (end - begin > 16) return false;
  std::uint64_t units = 0;
  const char* at = begin;
  for (; at != end && is_digit(*at); ++at) units = units * 10 + static_cast<unsigned>(*at - '0');
  auto digits = at - begin;
  if (digits == 0 || (digits > 1 && *begin == '0')) return false;
  std::ptrdiff_t fraction = 0;
  if (at != end && *at == '.') {
    const char* const point = at++;
    for (; at != end && is_digit(*at); ++at) units = units * 10 + static_cast<unsigned>(*at - '0');
    fraction = at - point - 1;
    if (fraction == 0) return false;
    digits += fraction;
  }
  if (at != end || digits > 15) return false;
  const auto size =
      static_cast<double>(units) / static_cast<double>(kPowers[static_cast<std::size_t>(fraction)]);
  number = negative ? -size : size;
  return true;
}

bool is_json_number(std::string_view text) noexcept { return split(text).valid; }

}  // namespace assay::core
