// From words to a tree: the grammar of CEL, as far as it has no messages and no maps.
#pragma once

#include <string_view>
#include <tl/expected.hpp>

#include "core/expression/constants.hpp"
#include "core/expression/fault.hpp"
#include "core/expression/syntax.hpp"

namespace assay::core::expression {

// Bounds that keep hostile text cheap and the stack small.
constexpr std::size_t kLongestText = std::size_t{64} * 1024;
constexpr std::size_t kLongestName = 256;
constexpr std::uint32_t kDeepest = 200;    // brackets in brackets
constexpr std::uint32_t kHighest = 1'000;  // operators on operators: a chain of so many &&

tl::expected<NodePointer, Fault> parse(std::string_view text, Constants& constants);

}  // namespace assay::core::expression
