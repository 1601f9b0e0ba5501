// The language that `where`, `when` and rules without code are written in: from a text to a
// program. docs/expressions.md is the language; this is the way in.
//
// Thread: compiling and explaining are for the control thread; a program belongs to whoever asks
// it.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "core/expression/fault.hpp"
#include "core/expression/names.hpp"
#include "core/expression/program.hpp"

namespace assay::core::expression {

struct Options {
  Parameters parameters;
  std::size_t scratch = std::size_t{64} << 10;        // bytes for one evaluation's texts and lists
  std::size_t pattern_memory = std::size_t{1} << 20;  // bytes that one regular expression may use
};

// `wanted` is the type that the expression must give; `Type{Kind::any}` for whatever it gives.
tl::expected<std::unique_ptr<Program>, Fault> compile(std::string_view text, const Names& names,
                                                      Type wanted = kBool,
                                                      const Options& options = {});

}  // namespace assay::core::expression
