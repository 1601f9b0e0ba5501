// The types of the language: what a sub-expression is known to be before anything runs.
//
// A type is a kind, or a list of a kind, or a list of such lists. Where the elements of a list
// differ in kind the elements are `any`, and what they are is found out at run; nothing else is.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/model/layout.hpp"

namespace assay::core::expression {

enum class Kind : std::uint8_t {
  // Of values only: what an evaluation may give instead of one.
  absent,
  error,
  // Of values and of types.
  null,
  boolean,
  int64,
  uint64,
  float64,
  decimal,
  text,
  bytes,
  time,
  duration,
  token,
  list,
  pattern,  // a compiled regular expression; only ever the argument of matches()
  // Of types only.
  any,
};

struct Type {
  Kind base = Kind::any;    // never `list`
  std::uint16_t lists = 0;  // how many lists the base is wrapped in

  constexpr Kind kind() const { return lists == 0 ? base : Kind::list; }
  constexpr bool is(Kind kind) const { return this->kind() == kind; }
  constexpr bool is_any() const { return is(Kind::any); }
  // Of a list; the element of `any` is `any`.
  constexpr Type element() const {
    return lists == 0 ? Type{Kind::any} : Type{base, static_cast<std::uint16_t>(lists - 1)};
  }
  constexpr Type list() const { return {base, static_cast<std::uint16_t>(lists + 1)}; }
  friend constexpr bool operator==(Type, Type) = default;
};

constexpr Type kBool{Kind::boolean};

constexpr bool is_number(Kind kind) {
  return kind == Kind::int64 || kind == Kind::uint64 || kind == Kind::float64 ||
         kind == Kind::decimal;
}

// "int", "decimal", "list(string)": as the language and its messages say it.
std::string_view to_string(Kind kind);
std::string to_string(Type type);

// What the cells of such a field are to the language.
Kind kind_of(FieldType type);

}  // namespace assay::core::expression
