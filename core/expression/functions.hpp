// Everything that can be called, operators included: for each combination of kinds the function
// that does it.
//
// The checker picks an overload where all kinds are known. Where an element of a mixed list is
// among the arguments the kinds are looked at while the program runs, in the same table.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "core/expression/scratch.hpp"
#include "core/expression/type.hpp"
#include "core/expression/value.hpp"

namespace assay::core::expression {

// The arguments are known values of the overload's kinds.
using Function = Value (*)(const Value* arguments, Scratch& scratch);

enum class Written : std::uint8_t {
  sign,      // a + b
  member,    // text.startsWith("a")
  function,  // int(x)
  either,    // size(x), x.size()
};

struct Overload {
  std::string_view name;
  Written written;
  std::uint8_t count;  // of arguments
  std::array<Kind, 2> takes;
  Kind gives;  // `any` where that depends on the elements of a list
  Function call;
  bool makes = false;  // a text or a list, in scratch memory

  bool fits(const Value* arguments) const {
    for (std::uint8_t i = 0; i < count; ++i) {
      if (takes[i] != Kind::any && !arguments[i].is(takes[i])) return false;
    }
    return true;
  }
};

// The parts of the table.
std::span<const Overload> arithmetic_overloads();
std::span<const Overload> text_overloads();
std::span<const Overload> conversion_overloads();
std::span<const Overload> time_overloads();
std::span<const Overload> list_overloads();

// Sorted by name and number of arguments.
std::span<const Overload> all_overloads();

// All of that name and number of arguments; empty where there is none.
std::span<const Overload> overloads(std::string_view name, std::size_t count);

// By the kinds that the arguments turn out to have.
Value call_by_kind(std::span<const Overload> overloads, const Value* arguments, Scratch& scratch);

}  // namespace assay::core::expression
