#include "core/expression/folding.hpp"

#include <algorithm>
#include <array>
#include <string>

#include "core/expression/evaluator.hpp"
#include "core/expression/literal_text.hpp"

namespace assay::core::expression {
namespace {

constexpr std::size_t kRoom = std::size_t{64} * 1024;  // for what one folding makes

bool is_foldable(const Node& node) {
  return (node.is(Node::Form::list) || node.is(Node::Form::call)) &&
         std::ranges::all_of(node.children, [](const auto& child) { return child->is_literal(); });
}

// As the checker would give it to the literal that the value is written as.
Type type_of(const Value& value) {
  if (!value.is(Kind::list)) return {value.kind};
  Type element{Kind::any};
  if (value.size > 0) element = type_of(value.items[0]);
  for (const auto& item : value.list()) {
    if (type_of(item) != element) element = {Kind::any};
  }
  return element.list();
}

bool is_conversion(const Node& node) {
  constexpr std::array<std::string_view, 5> kNames{"timestamp", "duration", "decimal", "int",
                                                   "double"};
  return std::ranges::find(kNames, node.text) != kNames.end() && node.children.size() == 1;
}

}  // namespace

tl::expected<void, Fault> fold(Node& node, Constants& constants) {
  // What has no known type keeps none: its parent must go on asking the value.
  if (!is_foldable(node) || node.type.is_any()) return {};
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
  node.type = type_of(value);
  node.form = Node::Form::literal;
  node.text.clear();
  node.children.clear();
  return {};
}

}  // namespace assay::core::expression
