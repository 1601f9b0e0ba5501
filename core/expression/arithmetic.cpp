// Sums, products and remainders. What does not fit is an error and never wraps.
#include <limits>

#include "core/expression/functions.hpp"
#include "core/expression/money.hpp"

namespace assay::core::expression {
namespace {

using Arguments = const Value*;

constexpr const char* kOverflow = "the result does not fit its type";
constexpr const char* kByZero = "division by zero";

Value number(std::int64_t value) { return int64(value); }
Value number(std::uint64_t value) { return uint64(value); }
template <class T>
T raw(const Value& value);
template <>
std::int64_t raw(const Value& value) {
  return value.integer;
}
template <>
std::uint64_t raw(const Value& value) {
  return value.natural;
}

template <class T>
Value add(Arguments a, Scratch&) {
  T sum = 0;
  if (__builtin_add_overflow(raw<T>(a[0]), raw<T>(a[1]), &sum)) return error(kOverflow);
  return number(sum);
}

template <class T>
Value subtract(Arguments a, Scratch&) {
  T difference = 0;
  if (__builtin_sub_overflow(raw<T>(a[0]), raw<T>(a[1]), &difference)) return error(kOverflow);
  return number(difference);
}

template <class T>
Value multiply(Arguments a, Scratch&) {
  T product = 0;
  if (__builtin_mul_overflow(raw<T>(a[0]), raw<T>(a[1]), &product)) return error(kOverflow);
  return number(product);
}

// The smallest number by -1 is the one quotient of whole numbers that does not fit.
template <class T>
bool overflows(T dividend, T divisor) {
  return std::numeric_limits<T>::is_signed && dividend == std::numeric_limits<T>::min() &&
         divisor == static_cast<T>(-1);
}

template <class T>
Value divide(Arguments a, Scratch&) {
  if (raw<T>(a[1]) == 0) return error(kByZero);
  if (overflows(raw<T>(a[0]), raw<T>(a[1]))) return error(kOverflow);
  return number(raw<T>(a[0]) / raw<T>(a[1]));
}

template <class T>
Value remainder(Arguments a, Scratch&) {
  if (raw<T>(a[1]) == 0) return error(kByZero);
  if (overflows(raw<T>(a[0]), raw<T>(a[1]))) return error(kOverflow);
  return number(raw<T>(a[0]) % raw<T>(a[1]));
}

Value negate_int(Arguments a, Scratch&) {
  if (a[0].integer == std::numeric_limits<std::int64_t>::min()) return error(kOverflow);
  return int64(-a[0].integer);
}

Value add_double(Arguments a, Scratch&) { return float64(a[0].real + a[1].real); }
Value subtract_double(Arguments a, Scratch&) { return float64(a[0].real - a[1].real); }
Value multiply_double(Arguments a, Scratch&) { return float64(a[0].real * a[1].real); }
// By zero is infinite or no number, as IEEE 754 has it: CEL's doubles are no error.
Value divide_double(Arguments a, Scratch&) { return float64(a[0].real / a[1].real); }
Value negate_double(Arguments a, Scratch&) { return float64(-a[0].real); }

Value money(Wide units) {
  if (units < std::numeric_limits<std::int64_t>::min() ||
      units > std::numeric_limits<std::int64_t>::max()) {
    return error(kOverflow);
  }
  return decimal(static_cast<std::int64_t>(units));
}

// A decimal's units, and an int in such units.
Wide units(const Value& value) {
  return value.is(Kind::decimal) ? Wide{value.integer} : Wide{value.integer} * kUnits;
}

Value add_money(Arguments a, Scratch&) { return money(units(a[0]) + units(a[1])); }
Value subtract_money(Arguments a, Scratch&) { return money(units(a[0]) - units(a[1])); }
Value negate_money(Arguments a, Scratch&) { return money(-units(a[0])); }

Value multiply_money(Arguments a, Scratch&) {
  const Wide product = Wide{a[0].integer} * a[1].integer;
  // By an int there are the decimal's units alone; by a decimal those of both.
  if (a[0].kind != a[1].kind) return money(product);
  return money(divide_rounded(product, kUnits));
}

Value divide_money(Arguments a, Scratch&) {
  if (a[1].integer == 0) return error(kByZero);
  return money(divide_rounded(a[0].integer, a[1].integer));
}

Value ratio_of_money(Arguments a, Scratch&) {
  if (units(a[1]) == 0) return error(kByZero);
  return float64(static_cast<double>(units(a[0])) / static_cast<double>(units(a[1])));
}

Value remainder_of_money(Arguments a, Scratch&) {
  if (units(a[1]) == 0) return error(kByZero);
  return money(units(a[0]) % units(a[1]));
}

Value opposite(Arguments a, Scratch&) { return boolean(a[0].integer == 0); }

constexpr auto kInt = Kind::int64;
constexpr auto kUint = Kind::uint64;
constexpr auto kDouble = Kind::float64;
constexpr auto kMoney = Kind::decimal;
constexpr auto kSign = Written::sign;

constexpr Overload kArithmetic[] = {
    {"-", kSign, 1, {kInt}, kInt, negate_int},
    {"-", kSign, 1, {kDouble}, kDouble, negate_double},
    {"-", kSign, 1, {kMoney}, kMoney, negate_money},
    {"!", kSign, 1, {Kind::boolean}, Kind::boolean, opposite},
    {"+", kSign, 2, {kInt, kInt}, kInt, add<std::int64_t>},
    {"+", kSign, 2, {kUint, kUint}, kUint, add<std::uint64_t>},
    {"+", kSign, 2, {kDouble, kDouble}, kDouble, add_double},
    {"+", kSign, 2, {kMoney, kMoney}, kMoney, add_money},
    {"+", kSign, 2, {kMoney, kInt}, kMoney, add_money},
    {"+", kSign, 2, {kInt, kMoney}, kMoney, add_money},
    {"-", kSign, 2, {kInt, kInt}, kInt, subtract<std::int64_t>},
    {"-", kSign, 2, {kUint, kUint}, kUint, subtract<std::uint64_t>},
    {"-", kSign, 2, {kDouble, kDouble}, kDouble, subtract_double},
    {"-", kSign, 2, {kMoney, kMoney}, kMoney, subtract_money},
    {"-", kSign, 2, {kMoney, kInt}, kMoney, subtract_money},
    {"-", kSign, 2, {kInt, kMoney}, kMoney, subtract_money},
    {"*", kSign, 2, {kInt, kInt}, kInt, multiply<std::int64_t>},
    {"*", kSign, 2, {kUint, kUint}, kUint, multiply<std::uint64_t>},
    {"*", kSign, 2, {kDouble, kDouble}, kDouble, multiply_double},
    {"*", kSign, 2, {kMoney, kInt}, kMoney, multiply_money},
    {"*", kSign, 2, {kInt, kMoney}, kMoney, multiply_money},
    {"*", kSign, 2, {kMoney, kMoney}, kMoney, multiply_money},
    {"/", kSign, 2, {kInt, kInt}, kInt, divide<std::int64_t>},
    {"/", kSign, 2, {kUint, kUint}, kUint, divide<std::uint64_t>},
    {"/", kSign, 2, {kDouble, kDouble}, kDouble, divide_double},
    {"/", kSign, 2, {kMoney, kInt}, kMoney, divide_money},
    {"/", kSign, 2, {kMoney, kMoney}, kDouble, ratio_of_money},
    {"%", kSign, 2, {kInt, kInt}, kInt, remainder<std::int64_t>},
    {"%", kSign, 2, {kUint, kUint}, kUint, remainder<std::uint64_t>},
    {"%", kSign, 2, {kMoney, kInt}, kMoney, remainder_of_money},
    {"%", kSign, 2, {kMoney, kMoney}, kMoney, remainder_of_money},
};

}  // namespace

std::span<const Overload> arithmetic_overloads() { return kArithmetic; }

}  // namespace assay::core::expression
