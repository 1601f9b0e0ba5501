// Why an expression answered as it did: the value of each of its parts, for one row.
//
// A cold path: it walks the tree, allocates, and looks at both sides of && and ||, so that a person
// sees all of it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/expression/program.hpp"

namespace assay::core::expression {

struct Part {
  std::uint32_t offset = 0;  // in the text that was compiled
  std::uint32_t length = 0;
  std::string text;   // the part, in its canonical form
  std::string value;  // as a literal would be written; "absent"; "error: division by zero"
};

// Every part but the literals, outer ones before what they hold, from left to right. What a macro
// does with its elements is left out.
std::vector<Part> explain(const Program& program, const RowBlock& block, std::uint32_t row);

}  // namespace assay::core::expression
