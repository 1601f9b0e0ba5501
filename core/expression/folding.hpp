// What is the same for every row is worked out once, while the expression is compiled.
#pragma once

#include <tl/expected.hpp>

#include "core/expression/constants.hpp"
#include "core/expression/fault.hpp"
#include "core/expression/syntax.hpp"

namespace assay::core::expression {

// Makes a literal of a node whose parts are literals. A conversion that cannot work,
// timestamp("yesterday"), is a fault; any other error is left for the row to have, as CEL does.
tl::expected<void, Fault> fold(Node& node, Constants& constants);

}  // namespace assay::core::expression
