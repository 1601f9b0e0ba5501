// From a literal's letters to its value.
#pragma once

#include <string_view>
#include <tl/expected.hpp>

#include "core/expression/constants.hpp"
#include "core/expression/fault.hpp"
#include "core/expression/value.hpp"

namespace assay::core::expression {

using LiteralResult = tl::expected<Value, Fault>;

// 12, 0x1F, 12u, 0xFFu, with a minus sign before it or not. Offsets of faults count from the text.
LiteralResult read_whole(std::string_view text);

// 1.5, .5, -1e3.
LiteralResult read_fraction(std::string_view text);

// 'a', "a", '''a''', r'\a', b'\x00', with the escapes of CEL.
LiteralResult read_letters(std::string_view text, Constants& constants);

}  // namespace assay::core::expression
