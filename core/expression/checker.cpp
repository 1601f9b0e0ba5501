#include "core/expression/checker.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "core/expression/adopt.hpp"
#include "core/expression/call_check.hpp"
#include "core/expression/folding.hpp"
#include "core/expression/parameters.hpp"
#include "core/model/nearest.hpp"

namespace assay::core::expression {
namespace {

using Done = tl::expected<void, Fault>;
using Form = Node::Form;

std::string quoted(std::string_view name) { return "`" + std::string(name) + "`"; }

class Checker {
 public:
  explicit Checker(const Scope& scope) : scope_(scope) {}

  Done check(NodePointer& node) {
    auto done = look_at(node);
    return done ? fold(*node, scope_.constants) : done;
  }

 private:
  struct Variable {
    std::string name;
    Type type;
    std::uint32_t number;
  };

  Done look_at(NodePointer& node) {
    switch (node->form) {
      case Form::literal:
      case Form::variable:
        return {};
      case Form::name:
        return name(node);
      case Form::has:
        return has(*node);
      default:
        break;
    }
    if (node->is_macro()) return macro(*node);
    for (auto& child : node->children) {
      if (auto done = check(child); !done) return done;
    }
    switch (node->form) {
      case Form::list:
        return list(*node);
      case Form::call:
        return check_call(*node, scope_.constants, scope_.pattern_memory);
      case Form::conditional:
        return conditional(*node);
      default:
        node->type = kBool;
        return all_conditions(*node);
    }
  }

  Done name(NodePointer& node) {
    if (const auto* variable = variable_of(node->text)) {
      node->form = Form::variable;
      node->variable = variable->number;
      node->type = variable->type;
      return {};
    }
    if (node->text.starts_with(kParameters)) return parameter(node);
    const auto field = scope_.names.find(node->text);
    if (!field) return no_such_field(*node);
    node->slot = field->slot;
    node->type = {kind_of(field->type)};
    return {};
  }

  const Variable* variable_of(std::string_view name) const {
    const auto found = std::find_if(variables_.rbegin(), variables_.rend(),
                                    [&](const Variable& known) { return known.name == name; });
    return found == variables_.rend() ? nullptr : &*found;
  }

  Done no_such_field(const Node& node) const {
    const auto front = node.text.substr(0, node.text.find('.'));
    if (front.size() < node.text.size() && variable_of(front) != nullptr) {
      return fault_at(node, quoted(front) + " is an element of a list and has no parts");
    }
    const auto names = scope_.names.all();
    auto help = did_you_mean(node.text, names);
    if (help.empty() && names.empty()) help = "there are no fields here";
    return fault_at(node, quoted(node.text) + " is not a field", std::move(help));
  }

  Done parameter(NodePointer& node) {
    const auto name = std::string_view(node->text).substr(kParameters.size());
    const auto found = scope_.parameters.find(name);
    if (found == scope_.parameters.end()) {
      std::vector<std::string> names;
      for (const auto& [known, text] : scope_.parameters) names.push_back("parameters." + known);
      return fault_at(*node, quoted(node->text) + " is not a parameter of this rule",
                      did_you_mean(node->text, names));
    }
    auto literal = read_parameter(found->second, scope_.constants);
    if (!literal) {
      return fault_at(
          *node,
          quoted(node->text) + " is " + found->second + ", which is no value of the language",
          "a number, \"a text\", 10.00 EUR, 10m, true, or a list of such");
    }
    place(*literal, node->offset, node->length);
    node = std::move(literal);
    return check(node);
  }

  // What a parameter stands for stands where the parameter does.
  static void place(Node& node, std::uint32_t offset, std::uint32_t length) {
    node.offset = offset;
    node.length = length;
    for (auto& child : node.children) place(*child, offset, length);
  }

  Done has(Node& node) {
    auto& field = *node.children[0];
    if (variable_of(field.text) != nullptr || field.text.starts_with(kParameters)) {
      return fault_at(field, "has() asks for a field; " + quoted(field.text) + " is always there");
    }
    if (auto done = name(node.children[0]); !done) return done;
    node.slot = field.slot;
    node.type = kBool;
    return {};
  }

  Done list(Node& node) {
    const auto is_money = [](const auto& child) { return child->type.is(Kind::decimal); };
    if (std::ranges::any_of(node.children, is_money)) {
      for (auto& child : node.children) adopt_money(*child, scope_.constants);
    }
    Type element{Kind::any};
    if (!node.children.empty()) element = node.children[0]->type;
    for (const auto& child : node.children) element = common(element, child->type);
    node.type = element.list();
    return {};
  }

  Done conditional(Node& node) {
    if (auto done = condition(*node.children[0]); !done) return done;
    auto& yes = *node.children[1];
    auto& no = *node.children[2];
    if (yes.type.is(Kind::decimal)) adopt_money(no, scope_.constants);
    if (no.type.is(Kind::decimal)) adopt_money(yes, scope_.constants);
    node.type = common(yes.type, no.type);
    const bool unclear = yes.type.is_any() || no.type.is_any() || yes.type.is(Kind::list);
    if (node.type.is_any() && !unclear) {
      return fault_at(node,
                      "one answer is of type " + to_string(yes.type) + ", the other of type " +
                          to_string(no.type),
                      "both must be of one type");
    }
    return {};
  }

  static Done condition(const Node& node) {
    if (node.type == kBool || node.type.is_any()) return {};
    return fault_at(node, "a condition is true or false; this is of type " + to_string(node.type),
                    node.type.is(Kind::token) || node.type.is(Kind::text)
                        ? "compare it, or ask whether it is there with has()"
                        : "compare it: x > 0");
  }

  static Done all_conditions(const Node& node) {
    for (const auto& child : node.children) {
      if (auto done = condition(*child); !done) return done;
    }
    return {};
  }

  Done macro(Node& node) {
    if (auto done = check(node.children[0]); !done) return done;
    const auto range = node.children[0]->type;
    if (!range.is(Kind::list) && !range.is_any()) {
      return fault_at(*node.children[0], quoted(macro_name(node)) +
                                             " runs through a list; this "
                                             "is of type " +
                                             to_string(range));
    }
    node.variable = macros_++;
    variables_.push_back({node.text, range.element(), node.variable});
    Done done;
    for (std::size_t i = 1; done && i < node.children.size(); ++i) done = check(node.children[i]);
    variables_.pop_back();
    if (!done) return done;
    node.type = kBool;
    if (node.is(Form::filter)) node.type = range.is_any() ? Type{Kind::any}.list() : range;
    if (node.is(Form::map)) node.type = node.children.back()->type.list();
    const bool has_test = !node.is(Form::map) || node.children.size() == 3;
    return has_test ? condition(*node.children[1]) : done;
  }

  const Scope& scope_;
  std::vector<Variable> variables_;  // those in sight, the innermost last
  std::uint32_t macros_ = 0;
};

}  // namespace

Done check(NodePointer& tree, Type wanted, const Scope& scope) {
  if (auto done = Checker(scope).check(tree); !done) return done;
  if (wanted.is(Kind::decimal)) adopt_money(*tree, scope.constants);
  if (wanted.is_any() || tree->type.is_any() || tree->type == wanted) return {};
  if (wanted == kBool) {
    return fault_at(*tree,
                    "the whole must be true or false; it is of type " + to_string(tree->type),
                    "compare it: x > 0");
  }
  return fault_at(*tree, "the whole must be of type " + to_string(wanted) + "; it is of type " +
                             to_string(tree->type));
}

}  // namespace assay::core::expression
