// From a checked tree to the flat program.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/expression/instruction.hpp"
#include "core/expression/syntax.hpp"

namespace assay::core::expression {

struct Code {
  std::vector<Instruction> instructions;
  std::vector<Value> constants;
  std::vector<std::span<const Overload>> groups;  // of calls by kind
  std::uint32_t registers = 0;
  bool makes = false;  // texts or lists, in scratch memory
};

Code emit(const Node& tree);

}  // namespace assay::core::expression
