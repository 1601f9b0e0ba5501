// From one type to another. What does not fit is an error; nothing is rounded but where the
// language says so: a double becomes an int by dropping what is behind the point.
#include <array>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <limits>

#include "core/expression/functions.hpp"
#include "core/expression/instants.hpp"
#include "core/expression/money.hpp"
#include "core/expression/utf8.hpp"

namespace assay::core::expression {
namespace {

using Arguments = const Value*;

constexpr const char* kDoesNotFit = "the number does not fit the type";
constexpr const char* kNoNumber = "the text is no such number";

Value same(Arguments a, Scratch&) { return a[0]; }

template <class T>
bool read_number(std::string_view text, T& value) {
  if (text.starts_with('+') && text.size() > 1 && text[1] != '-') text.remove_prefix(1);
  const auto end = text.data() + text.size();
  const auto result = std::from_chars(text.data(), end, value);
  return result.ec == std::errc() && result.ptr == end;
}

Value int_from_uint(Arguments a, Scratch&) {
  if (a[0].integer < 0) return error(kDoesNotFit);
  return int64(a[0].integer);
}
// 2^63 itself is a double and the smallest int is one; CEL leaves both out.
Value int_from_double(Arguments a, Scratch&) {
  constexpr double kBeyond = 9223372036854775808.0;
  if (!(a[0].real > -kBeyond && a[0].real < kBeyond)) return error(kDoesNotFit);
  return int64(static_cast<std::int64_t>(a[0].real));
}
Value int_from_decimal(Arguments a, Scratch&) { return int64(a[0].integer / kUnits); }
Value int_from_text(Arguments a, Scratch&) {
  std::int64_t value = 0;
  return read_number(a[0].text(), value) ? int64(value) : error(kNoNumber);
}
Value int_from_time(Arguments a, Scratch&) { return int64(a[0].integer); }

Value uint_from_int(Arguments a, Scratch&) {
  if (a[0].integer < 0) return error(kDoesNotFit);
  return uint64(a[0].natural);
}
Value uint_from_double(Arguments a, Scratch&) {
  constexpr double kBeyond = 18446744073709551616.0;
  if (!(a[0].real >= 0 && a[0].real < kBeyond)) return error(kDoesNotFit);
  return uint64(static_cast<std::uint64_t>(a[0].real));
}
Value uint_from_text(Arguments a, Scratch&) {
  std::uint64_t value = 0;
  return read_number(a[0].text(), value) ? uint64(value) : error(kNoNumber);
}

Value double_from_int(Arguments a, Scratch&) { return float64(static_cast<double>(a[0].integer)); }
Value double_from_uint(Arguments a, Scratch&) { return float64(static_cast<double>(a[0].natural)); }
Value double_from_decimal(Arguments a, Scratch&) {
  return float64(static_cast<double>(a[0].integer) / static_cast<double>(kUnits));
}
Value double_from_text(Arguments a, Scratch&) {
  double value = 0;
  const auto text = a[0].text();
  if (read_number(text, value)) return float64(value);
  // Too large is infinite and too small 0, which from_chars leaves to the caller.
  std::array<char, 128> copy{};
  const auto from = text.data();
  if (text.size() < copy.size() &&
      std::from_chars(from, from + text.size(), value).ec == std::errc::result_out_of_range) {
    std::memcpy(copy.data(), from, text.size());
    return float64(std::strtod(copy.data(), nullptr));
  }
  return error(kNoNumber);
}

Value decimal_from_int(Arguments a, Scratch&) {
  const auto units = exact_money(a[0]);
  return units ? decimal(*units) : error(kDoesNotFit);
}
Value decimal_from_text(Arguments a, Scratch&) {
  const auto units = read_money(a[0].text());
  return units ? decimal(*units) : error("the text is no amount with at most four decimals");
}

Value bool_from_text(Arguments a, Scratch&) {
  for (const std::string_view yes : {"1", "t", "T", "true", "TRUE", "True"}) {
    if (a[0].text() == yes) return boolean(true);
  }
  for (const std::string_view no : {"0", "f", "F", "false", "FALSE", "False"}) {
    if (a[0].text() == no) return boolean(false);
  }
  return error("the text is neither true nor false");
}

Value text_from_bytes(Arguments a, Scratch&) {
  if (!is_utf8(a[0].text())) return error("the bytes are no UTF-8");
  return text(a[0].text());
}
Value bytes_from_text(Arguments a, Scratch&) { return bytes(a[0].text()); }

Value kept(std::string_view letters, Scratch& scratch) {
  char* const place = scratch.letters(letters.size());
  if (place == nullptr) return error(kNoRoom);
  std::memcpy(place, letters.data(), letters.size());
  return text({place, letters.size()});
}

template <class T>
Value text_from(T number, Scratch& scratch) {
  std::array<char, 64> digits;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number);
  return kept({digits.data(), static_cast<std::size_t>(end.ptr - digits.data())}, scratch);
}

Value text_from_int(Arguments a, Scratch& scratch) { return text_from(a[0].integer, scratch); }
Value text_from_uint(Arguments a, Scratch& scratch) { return text_from(a[0].natural, scratch); }
Value text_from_double(Arguments a, Scratch& scratch) { return text_from(a[0].real, scratch); }
Value text_from_bool(Arguments a, Scratch&) { return text(a[0].integer != 0 ? "true" : "false"); }
Value text_from_decimal(Arguments a, Scratch& scratch) {
  std::array<char, kLongestMoney> letters;
  return kept(write_money(a[0].integer, letters.data()), scratch);
}
Value text_from_time(Arguments a, Scratch& scratch) {
  std::array<char, kLongestInstant> letters;
  return kept(write_time(a[0], letters.data()), scratch);
}
Value text_from_duration(Arguments a, Scratch& scratch) {
  std::array<char, kLongestInstant> letters;
  return kept(write_duration(a[0], letters.data()), scratch);
}

Value time_from_text(Arguments a, Scratch&) { return read_time(a[0].text()); }
Value time_from_int(Arguments a, Scratch&) { return make_time(a[0].integer, 0); }
Value duration_from_text(Arguments a, Scratch&) { return read_duration(a[0].text()); }

constexpr auto kFunction = Written::function;
constexpr auto kInt = Kind::int64;
constexpr auto kUint = Kind::uint64;
constexpr auto kDouble = Kind::float64;
constexpr auto kMoney = Kind::decimal;
constexpr auto kText = Kind::text;
constexpr auto kBytes = Kind::bytes;
constexpr auto kBoolean = Kind::boolean;

constexpr Overload kConversions[] = {
    {"int", kFunction, 1, {kInt}, kInt, same},
    {"int", kFunction, 1, {kUint}, kInt, int_from_uint},
    {"int", kFunction, 1, {kDouble}, kInt, int_from_double},
    {"int", kFunction, 1, {kMoney}, kInt, int_from_decimal},
    {"int", kFunction, 1, {kText}, kInt, int_from_text},
    {"int", kFunction, 1, {Kind::time}, kInt, int_from_time},
    {"uint", kFunction, 1, {kUint}, kUint, same},
    {"uint", kFunction, 1, {kInt}, kUint, uint_from_int},
    {"uint", kFunction, 1, {kDouble}, kUint, uint_from_double},
    {"uint", kFunction, 1, {kText}, kUint, uint_from_text},
    {"double", kFunction, 1, {kDouble}, kDouble, same},
    {"double", kFunction, 1, {kInt}, kDouble, double_from_int},
    {"double", kFunction, 1, {kUint}, kDouble, double_from_uint},
    {"double", kFunction, 1, {kMoney}, kDouble, double_from_decimal},
    {"double", kFunction, 1, {kText}, kDouble, double_from_text},
    {"decimal", kFunction, 1, {kMoney}, kMoney, same},
    {"decimal", kFunction, 1, {kInt}, kMoney, decimal_from_int},
    {"decimal", kFunction, 1, {kText}, kMoney, decimal_from_text},
    {"bool", kFunction, 1, {kBoolean}, kBoolean, same},
    {"bool", kFunction, 1, {kText}, kBoolean, bool_from_text},
    {"string", kFunction, 1, {kText}, kText, same},
    {"string", kFunction, 1, {kInt}, kText, text_from_int, true},
    {"string", kFunction, 1, {kUint}, kText, text_from_uint, true},
    {"string", kFunction, 1, {kDouble}, kText, text_from_double, true},
    {"string", kFunction, 1, {kMoney}, kText, text_from_decimal, true},
    {"string", kFunction, 1, {kBoolean}, kText, text_from_bool},
    {"string", kFunction, 1, {kBytes}, kText, text_from_bytes},
    {"string", kFunction, 1, {Kind::time}, kText, text_from_time, true},
    {"string", kFunction, 1, {Kind::duration}, kText, text_from_duration, true},
    {"bytes", kFunction, 1, {kBytes}, kBytes, same},
    {"bytes", kFunction, 1, {kText}, kBytes, bytes_from_text},
    {"timestamp", kFunction, 1, {Kind::time}, Kind::time, same},
    {"timestamp", kFunction, 1, {kText}, Kind::time, time_from_text},
    {"timestamp", kFunction, 1, {kInt}, Kind::time, time_from_int},
    {"duration", kFunction, 1, {Kind::duration}, Kind::duration, same},
    {"duration", kFunction, 1, {kText}, Kind::duration, duration_from_text},
    {"dyn", kFunction, 1, {Kind::any}, Kind::any, same},
};

}  // namespace

std::span<const Overload> conversion_overloads() { return kConversions; }

}  // namespace assay::core::expression
