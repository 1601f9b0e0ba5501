// A number beside money is money: the literals in `amount >= 10000` and `amount in [9.99, 19.99]`
// become decimals while the expression is compiled, by their digits and not by way of a double.
#pragma once

#include "core/expression/constants.hpp"
#include "core/expression/syntax.hpp"

namespace assay::core::expression {

// Makes a literal number, or a literal list of numbers, decimal. False where the node is no such
// literal or has more than four digits behind the point; it is then as it was.
bool adopt_money(Node& node, Constants& constants);

// The same for whichever side of an operator stands beside a decimal.
void adopt_beside_money(Node& call, Constants& constants);

}  // namespace assay::core::expression
