#include "core/expression/explain.hpp"

#include <algorithm>

#include "core/expression/canonical.hpp"
#include "core/expression/evaluator.hpp"
#include "core/expression/literal_text.hpp"

namespace assay::core::expression {

std::vector<Part> explain(const Program& program, const RowBlock& block, std::uint32_t row) {
  constexpr std::size_t kRoom = std::size_t{1024} * 1024;
  Scratch scratch(kRoom);
  Evaluator evaluator(&block, row, scratch);
  std::vector<Part> parts;
  evaluator.observe = [&parts](const Node& node, const Value& value) {
    if (node.is_literal()) return;
    parts.push_back({node.offset, node.length, canonical_text(node), literal_text(value)});
  };
  evaluator.evaluate(program.tree());
  // They come inner ones first; of two that begin alike the longer holds the shorter.
  std::ranges::reverse(parts);
  std::ranges::stable_sort(parts, [](const Part& a, const Part& b) {
    return a.offset != b.offset ? a.offset < b.offset : a.length > b.length;
  });
  return parts;
}

}  // namespace assay::core::expression
