#include "core/expression/folding.hpp"

#include <algorithm>
#include <array>
#include <string>

#include "core/expression/evaluator.hpp"
#include "core/expression/literal_text.hpp"

namespace assay::core::expression {
namespace {

constexpr std::size_t kRoom = 64 * 1024;  // for what one folding makes

bool is_foldable(const Node& node) {
  return (node.is(Node::Form::list) || node.is(Node::Form::call)) &&
         std::ranges::all_of(node.children, [](const auto& child) { return child->is_literal(); });
}

bool is_conversion(const Node& node) {
  constexpr std::array<std::string_view, 5> kNames{"timestamp", "duration", "decimal", "int",
                                                   "double"};
  return std::ranges::find(kNames, node.text) != kNames.end() && node.children.size() == 1;
}

}  // namespace

tl::expected<void, Fault> fold(Node& node, Constants& constants) {
  if (!is_foldable(node)) return {};
  Scratch scratch(kRoom);
  const Value value = Evaluator(nullptr, 0, scratch).evaluate(node);
  if (value.is(Kind::error) && is_conversion(node)) {
    const auto& given = *node.children[0];
    return tl::unexpected(
        Fault{given.offset, given.length,
              literal_text(given.value) + " is no " + node.text + ": " + value.letters, "", ""});
  }
  if (!value.known()) return {};
  node.value = constants.keep(value);
  if (node.type.is_any()) node.type = {value.kind};
  node.form = Node::Form::literal;
  node.text.clear();
  node.children.clear();
  return {};
}

}  // namespace assay::core::expression
