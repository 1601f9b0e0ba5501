#include "core/expression/parameters.hpp"

#include <algorithm>
#include <utility>

#include "core/expression/instants.hpp"
#include "core/expression/money.hpp"
#include "core/expression/parser.hpp"

namespace assay::core::expression {
namespace {

NodePointer literal(const Value& value) {
  auto node = std::make_unique<Node>();
  node->value = value;
  node->type = {value.kind};
  return node;
}

// `10.00 EUR`: money, whose currency is that of the row's amounts.
NodePointer read_amount(std::string_view text) {
  const auto blank = text.find(' ');
  if (blank == std::string_view::npos) return nullptr;
  const auto currency = text.substr(blank + 1);
  const bool is_code = currency.size() == 3 &&
                       std::ranges::all_of(currency, [](char c) { return c >= 'A' && c <= 'Z'; });
  const auto units = read_money(text.substr(0, blank));
  return is_code && units ? literal(decimal(*units)) : nullptr;
}

bool is_literal(const Node& node) {
  if (node.is(Node::Form::list)) {
    return std::ranges::all_of(node.children, [](const auto& child) { return is_literal(*child); });
  }
  return node.is_literal();
}

}  // namespace

NodePointer read_parameter(std::string_view text, Constants& constants) {
  if (auto amount = read_amount(text)) return amount;
  // `0` is a number before it is no time at all.
  if (const auto duration = read_duration(text, true); duration.known() && text.size() > 1) {
    return literal(duration);
  }
  auto parsed = parse(text, constants);
  return parsed && is_literal(**parsed) ? std::move(*parsed) : nullptr;
}

}  // namespace assay::core::expression
