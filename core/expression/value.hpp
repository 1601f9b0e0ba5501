// What an expression gives: sixteen bytes that own nothing.
//
// A text, a list or a token is a view of the row, of the program's constants or of its scratch
// memory, and is valid until the program runs again. `absent` and `error` are values, too, and
// travel like any other: an error carries its reason, a text that lives for ever.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "core/expression/type.hpp"

namespace re2 {
class RE2;
}

namespace assay::core::expression {

struct Value {
  Kind kind = Kind::absent;
  // Bytes of a text, bytes or token, elements of a list, nanoseconds of a time or duration beyond
  // the whole second.
  std::uint32_t size = 0;
  union {
    std::int64_t integer = 0;  // bool, int; decimal in units of 1/10000; whole seconds, downwards
    std::uint64_t natural;
    double real;
    const char* letters;  // of a text, bytes or token; the reason of an error
    const Value* items;
    const re2::RE2* pattern;
  };

  bool is(Kind wanted) const { return kind == wanted; }
  // Neither absent nor an error.
  bool known() const { return kind > Kind::error; }
  bool is_true() const { return kind == Kind::boolean && integer != 0; }
  bool is_false() const { return kind == Kind::boolean && integer == 0; }

  std::string_view text() const { return {letters, size}; }
  std::span<const Value> list() const { return {items, size}; }
};

static_assert(sizeof(Value) == 16);

constexpr std::int64_t kUnits = 10'000;  // of a decimal, to the whole
constexpr std::int64_t kNanoseconds = 1'000'000'000;

inline Value absent() { return {}; }

// `reason` is a literal: it is kept as it is.
inline Value error(const char* reason) {
  Value value;
  value.kind = Kind::error;
  value.letters = reason;
  return value;
}

inline Value of_kind(Kind kind, std::int64_t integer) {
  Value value;
  value.kind = kind;
  value.integer = integer;
  return value;
}

inline Value null() { return of_kind(Kind::null, 0); }
inline Value boolean(bool is) { return of_kind(Kind::boolean, is ? 1 : 0); }
inline Value int64(std::int64_t number) { return of_kind(Kind::int64, number); }
inline Value decimal(std::int64_t units) { return of_kind(Kind::decimal, units); }

inline Value uint64(std::uint64_t number) {
  Value value;
  value.kind = Kind::uint64;
  value.natural = number;
  return value;
}

inline Value float64(double number) {
  Value value;
  value.kind = Kind::float64;
  value.real = number;
  return value;
}

inline Value of_letters(Kind kind, std::string_view letters) {
  Value value;
  value.kind = kind;
  value.size = static_cast<std::uint32_t>(letters.size());
  value.letters = letters.data();
  return value;
}

inline Value text(std::string_view letters) { return of_letters(Kind::text, letters); }
inline Value bytes(std::string_view letters) { return of_letters(Kind::bytes, letters); }

inline Value list(const Value* items, std::size_t size) {
  Value value;
  value.kind = Kind::list;
  value.size = static_cast<std::uint32_t>(size);
  value.items = items;
  return value;
}

// `nanoseconds` beyond the second: 0 to 999,999,999.
inline Value instant(Kind kind, std::int64_t seconds, std::uint32_t nanoseconds) {
  Value value = of_kind(kind, seconds);
  value.size = nanoseconds;
  return value;
}

// A time or duration as the cells of a row have it.
inline Value from_nanoseconds(Kind kind, std::int64_t nanoseconds) {
  std::int64_t seconds = nanoseconds / kNanoseconds;
  std::int64_t beyond = nanoseconds % kNanoseconds;
  if (beyond < 0) {
    --seconds;
    beyond += kNanoseconds;
  }
  return instant(kind, seconds, static_cast<std::uint32_t>(beyond));
}

}  // namespace assay::core::expression
