// Exact arithmetic with money: whole numbers of 1/10000, never a double on the way.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "core/expression/value.hpp"

namespace assay::core::expression {

__extension__ using Wide = __int128;

// Digits with a sign and a point, as many behind the point as a decimal has room for: "-12.50".
// Nothing where it is no such number or does not fit.
std::optional<std::int64_t> read_money(std::string_view text);

// The decimal that a number is, if it is one exactly; a double is taken by the digits that it is
// written with.
std::optional<std::int64_t> exact_money(const Value& number);

// "1234.50": at least two digits behind the point, at most four; read_money() reads it back.
constexpr std::size_t kLongestMoney = 24;
std::string_view write_money(std::int64_t units, char* to);

// Rounded to the nearest, and of two equally near ones to the even: no bias in sums.
Wide divide_rounded(Wide dividend, Wide divisor);

// -1, 0, 1; exact. A NaN is 2: neither smaller nor larger nor equal.
int compare_money(std::int64_t units, double with);

}  // namespace assay::core::expression
