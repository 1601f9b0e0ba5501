// Whether a call's arguments fit, what it gives and what does it.
#pragma once

#include <tl/expected.hpp>

#include "core/expression/constants.hpp"
#include "core/expression/fault.hpp"
#include "core/expression/syntax.hpp"

namespace assay::core::expression {

// The children are checked. `pattern_memory`: bytes that a regular expression may use.
tl::expected<void, Fault> check_call(Node& call, Constants& constants, std::size_t pattern_memory);

// The type that both are, or `any`.
inline Type common(Type left, Type right) { return left == right ? left : Type{Kind::any}; }

}  // namespace assay::core::expression
