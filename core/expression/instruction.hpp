// What a compiled expression is made of: instructions of sixteen bytes over numbered registers.
//
// A part of the expression leaves its value in the register it was given, `at`; its own parts use
// the registers from there on. A macro has four: what it gives (at), the list (at + 1), how far it
// has come (at + 2) and the element (at + 3).
#pragma once

#include <cstdint>
#include <span>

#include "core/expression/compare.hpp"
#include "core/expression/functions.hpp"

namespace assay::core::expression {

enum class Operation : std::uint8_t {
  constant,  // at = constant `target`
  field,     // at = slot `target`, whose kind is `detail`
  has,       // at = is slot `target` there
  copy,      // at = register `target`

  // A field compared with a constant: the most frequent test, done on the cell itself. `detail` is
  // the relation, `target` the slot.
  compare_integer,  // the cell's 64 bits with `integer`
  compare_double,   // with `real`
  compare_text,     // with constant `integer`
  // A field with another of its kind, whose slot is `integer`.
  compare_integers,
  compare_doubles,
  compare_texts,

  call,          // at = call(at ...), `detail` arguments
  call_by_kind,  // at = whatever group `integer` has for the kinds of `detail` arguments
  list,          // at = the list of `integer` registers from at on

  jump,           // to `target`
  jump_if_false,  // to `target` where at is false
  jump_if_true,
  both,    // at = at && at + 1
  either,  // at = at || at + 1
  branch,  // on where at is true, to `target` where it is false, to `integer` where it is neither

  begin,       // a macro of form `detail`; to `target` where there is no list to run through
  next,        // the next element, or to `target` where there is none
  all,         // at = at && at + 4; to `target` where that is false
  exists,      // at = at || at + 4; to `target` where that is true
  count,       // one more where at + 4 is true
  is_one,      // at = was it exactly one
  keep_if,     // to `integer` where at + 4 is false, to `target` where it is neither
  keep,        // the element goes into the list
  keep_value,  // at + 4 goes into the list
};

constexpr bool is_comparison(Operation operation) {
  return operation >= Operation::compare_integer && operation <= Operation::compare_texts;
}

struct Instruction {
  Operation operation;
  std::uint8_t detail = 0;
  std::uint16_t at = 0;
  std::uint32_t target = 0;
  union {
    std::int64_t integer = 0;
    double real;
    Function call;
  };
};

static_assert(sizeof(Instruction) == 16);

}  // namespace assay::core::expression
