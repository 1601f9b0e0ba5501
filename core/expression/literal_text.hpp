// A value as an expression would write it: reading it again gives the same value.
#pragma once

#include <string>

#include "core/expression/value.hpp"

namespace assay::core::expression {

// Of a known value; "absent" and "error: why" of the others.
std::string literal_text(const Value& value);

}  // namespace assay::core::expression
