// What looks like a call behind a list and is none: list.exists(x, x > 0).
#pragma once

#include <tl/expected.hpp>

#include "core/expression/word_reader.hpp"

namespace assay::core::expression {

// Makes a macro of a call that has the name of one; `word` is where that stands.
tl::expected<void, Fault> make_macro(Node& call, const Lexeme& word);

}  // namespace assay::core::expression
