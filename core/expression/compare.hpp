// Which of two values is the larger, and whether they are the same.
//
// Numbers compare by what they are worth, whatever their types: 1 == 1u == 1.0. Values of other
// kinds are the same only if their kinds are; to ask which is the larger of two kinds is an error.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <type_traits>

#include "core/expression/functions.hpp"
#include "core/expression/value.hpp"

namespace assay::core::expression {

enum class Relation : std::uint8_t { equal, unequal, less, at_most, more, at_least };

// "==", "<", ...
std::optional<Relation> relation(std::string_view sign);

// Of known values.
bool same(const Value& left, const Value& right);

// Whether the relation holds, or an error. The kinds are those that the checker found; it picks
// the function that needs to look at least.
Function comparison(Relation relation, Kind left, Kind right);

// How two numbers stand to each other is a bit, and a relation the bits for which it holds: 1 less,
// 2 the same, 4 more, 8 nothing of it, as NaN does.
inline constexpr std::uint8_t kOrders[] = {2, 1 | 4 | 8, 1, 1 | 2, 4, 2 | 4};

template <class T>
requires std::is_arithmetic_v<T>
bool holds(Relation relation, T left, T right) {
  const auto order = left < right ? 1u : left == right ? 2u : left > right ? 4u : 8u;
  return (kOrders[static_cast<std::size_t>(relation)] & order) != 0;
}

inline bool holds(Relation relation, std::string_view left, std::string_view right) {
  switch (relation) {
    case Relation::equal:
      return left == right;
    case Relation::unequal:
      return left != right;
    case Relation::less:
      return left < right;
    case Relation::at_most:
      return left <= right;
    case Relation::more:
      return left > right;
    case Relation::at_least:
      return left >= right;
  }
  return false;
}

}  // namespace assay::core::expression
