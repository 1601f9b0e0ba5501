// Gives every part of a tree its type, resolves names, puts literals in the place of parameters,
// and folds what is the same for every row.
#pragma once

#include <tl/expected.hpp>

#include "core/expression/constants.hpp"
#include "core/expression/fault.hpp"
#include "core/expression/names.hpp"
#include "core/expression/syntax.hpp"

namespace assay::core::expression {

struct Scope {
  const Names& names;
  const Parameters& parameters;
  std::size_t pattern_memory;  // bytes that one regular expression may use
  Constants& constants;
};

// `wanted` is what the whole must give; `any` for whatever it gives.
tl::expected<void, Fault> check(NodePointer& tree, Type wanted, const Scope& scope);

}  // namespace assay::core::expression
