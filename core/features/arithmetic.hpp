// Sums that never wrap, and what is read off them: the arithmetic behind sum, mean and stddev.
//
// Everything is summed as integers in 128 bits, so adding and taking away are exact and the order
// does not matter. A double is summed in units of 2^-20, about a millionth; squares are of numbers
// up to 2^52 units. What lies beyond is held at the limit and flagged.
#pragma once

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>

#include "core/model/layout.hpp"

namespace assay::core {

__extension__ typedef __int128 Int128;
__extension__ typedef unsigned __int128 UInt128;

inline constexpr double kDoubleUnits = 1 << 20;                      // of a double, in 1.0
inline constexpr double kDecimalUnits = 10'000;                      // of money, in 1.00
inline constexpr std::int64_t kMostSquared = std::int64_t{1} << 52;  // units
inline constexpr std::int64_t kMostDouble = std::int64_t{1} << 62;   // units

// The number of units that a cell stands for.
inline std::int64_t units_of(FieldType type, std::int64_t bits) {
  if (type != FieldType::float64) return bits;
  const auto scaled = std::bit_cast<double>(bits) * kDoubleUnits;
  const auto most = static_cast<double>(kMostDouble);
  if (!(scaled < most)) return kMostDouble;
  if (!(scaled > -most)) return -kMostDouble;
  return std::llrint(scaled);
}

inline std::int64_t squarable(std::int64_t units) {
  return std::clamp(units, -kMostSquared, kMostSquared);
}
inline UInt128 square_of(std::int64_t units) {
  const Int128 root = squarable(units);
  return static_cast<UInt128>(root * root);
}

// The number that is squared; how many of a sum were held at the limit is counted far above it.
inline constexpr int kHeldShift = 96;
inline Int128 root_of(std::int64_t units) {
  const auto root = squarable(units);
  return Int128{root} + (root == units ? 0 : Int128{1} << kHeldShift);
}
inline Int128 held_of(Int128 roots) {
  return (roots + (Int128{1} << (kHeldShift - 1))) >> kHeldShift;
}

struct Summed {
  std::int64_t bits = 0;
  bool saturated = false;
};

// The sum as a cell of that type.
inline Summed sum_of(FieldType type, Int128 sum) {
  if (type == FieldType::float64) {
    return {std::bit_cast<std::int64_t>(static_cast<double>(sum) / kDoubleUnits), false};
  }
  constexpr Int128 most = std::numeric_limits<std::int64_t>::max();
  constexpr Int128 least = std::numeric_limits<std::int64_t>::min();
  if (sum > most) return {std::numeric_limits<std::int64_t>::max(), true};
  if (sum < least) return {std::numeric_limits<std::int64_t>::min(), true};
  return {static_cast<std::int64_t>(sum), false};
}

inline double units_per_one(FieldType type) {
  return type == FieldType::float64   ? kDoubleUnits
         : type == FieldType::decimal ? kDecimalUnits
                                      : 1.0;
}

// `count` at least 1.
inline double mean_of(FieldType type, Int128 sum, std::uint64_t count) {
  return static_cast<double>(sum) / static_cast<double>(count) / units_per_one(type);
}

// Of a sample, so with count - 1; `count` at least 2. Exact up to the last division: the squares'
// sum is moved to the mean in integers, where nothing cancels.
inline double stddev_of(FieldType type, Int128 roots, UInt128 squares, std::uint64_t count) {
  const auto sum = roots - (held_of(roots) << kHeldShift);
  const auto n = static_cast<Int128>(count);
  const auto mean = sum / n;
  const auto rest = sum - mean * n;  // less than n in size
  // All modulo 2^128; the result fits.
  const auto about =
      squares - static_cast<UInt128>(2 * mean) * static_cast<UInt128>(sum) +
      static_cast<UInt128>(n) * static_cast<UInt128>(mean) * static_cast<UInt128>(mean);
  const auto left = static_cast<double>(rest);
  const auto spread = static_cast<double>(about) - left * left / static_cast<double>(count);
  return std::sqrt(std::max(0.0, spread / static_cast<double>(count - 1))) / units_per_one(type);
}

}  // namespace assay::core
