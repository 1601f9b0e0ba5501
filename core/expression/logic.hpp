// How truth, absence and errors combine.
//
// `&&` is false where one side is, whatever the other holds; `||` is true where one side is. All
// else needs each of its arguments: one that is an error makes an error, one that is absent makes
// it absent, and of both the error is the one to know about.
#pragma once

#include <cstddef>

#include "core/expression/value.hpp"

namespace assay::core::expression {

constexpr const char* kNotBool = "a condition is neither true nor false";
constexpr const char* kNotList = "what is run through is no list";

// The first error among them, else something absent, else nullptr.
inline const Value* unknown_of(const Value* values, std::size_t count) {
  const Value* missing = nullptr;
  for (std::size_t i = 0; i < count; ++i) {
    if (values[i].is(Kind::error)) return values + i;
    if (values[i].is(Kind::absent)) missing = values + i;
  }
  return missing;
}

// A condition's value; an error where it is of another kind.
inline Value as_condition(const Value& value) {
  return value.is(Kind::boolean) || !value.known() ? value : error(kNotBool);
}

inline Value joined(const Value& left, const Value& right, bool decides) {
  if (left.is(Kind::boolean) && right.is(Kind::boolean)) {
    return left.is_true() == decides ? left : right;
  }
  const Value sides[] = {as_condition(left), as_condition(right)};
  for (const auto& side : sides) {
    if (decides ? side.is_true() : side.is_false()) return side;
  }
  const Value* const unknown = unknown_of(sides, 2);
  return unknown != nullptr ? *unknown : boolean(!decides);
}

inline Value both(const Value& left, const Value& right) { return joined(left, right, false); }
inline Value either(const Value& left, const Value& right) { return joined(left, right, true); }

}  // namespace assay::core::expression
