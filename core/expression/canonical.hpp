// The one way to write an expression: two that mean the same by their form have the same text.
//
// White space, brackets that change nothing and the ways to write a literal are evened out,
// parameters are replaced and what is the same for every row is folded. Reading the text again
// gives the same text.
#pragma once

#include <string>

#include "core/expression/syntax.hpp"

namespace assay::core::expression {

// Of a checked tree.
std::string canonical_text(const Node& tree);

}  // namespace assay::core::expression
