// What stands in a rule file's parameters, as the value of a literal.
#pragma once

#include <string_view>
#include <tl/expected.hpp>

#include "core/expression/constants.hpp"
#include "core/expression/syntax.hpp"

namespace assay::core::expression {

constexpr std::string_view kParameters = "parameters.";

// A literal as an expression writes it, money with a currency, or a duration; nullptr for anything
// else. Lists are lists of literals.
NodePointer read_parameter(std::string_view text, Constants& constants);

}  // namespace assay::core::expression
