#include "core/expression/adopt.hpp"

#include <utility>
#include <vector>

#include "core/expression/money.hpp"

namespace assay::core::expression {
namespace {

bool is_money(Type type) { return type.is(Kind::decimal); }

}  // namespace

bool adopt_money(Node& node, Constants& constants) {
  if (!node.is_literal()) return false;
  if (node.value.is(Kind::list)) {
    std::vector<Value> items;
    for (const auto& item : node.value.list()) {
      const auto units = exact_money(item);
      if (!units) return false;
      items.push_back(decimal(*units));
    }
    node.value = constants.keep_list(std::move(items));
    node.type = Type{Kind::decimal}.list();
    return true;
  }
  if (!is_number(node.value.kind)) return false;
  auto units = read_money(node.text);
  if (!units) units = exact_money(node.value);
  if (!units) return false;
  node.value = decimal(*units);
  node.type = {Kind::decimal};
  node.text.clear();
  return true;
}

void adopt_beside_money(Node& call, Constants& constants) {
  auto& left = *call.children[0];
  auto& right = *call.children[1];
  if (call.text == "in") {
    if (is_money(left.type)) adopt_money(right, constants);
    if (right.type == Type{Kind::decimal}.list()) adopt_money(left, constants);
    return;
  }
  // A whole number stays one where money is multiplied or divided by it: that is exact.
  const bool scales = call.text == "*" || call.text == "/";
  const auto adopt = [&](Node& node) {
    if (!scales || node.type.is(Kind::float64)) adopt_money(node, constants);
  };
  if (is_money(left.type) && !is_money(right.type)) adopt(right);
  if (is_money(right.type) && !is_money(left.type)) adopt(left);
}

}  // namespace assay::core::expression
