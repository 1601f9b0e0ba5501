#include "core/expression/call_check.hpp"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "core/expression/adopt.hpp"
#include "core/expression/compare.hpp"
#include "core/model/nearest.hpp"

namespace assay::core::expression {
namespace {

using Done = tl::expected<void, Fault>;

std::string quoted(std::string_view name) { return "`" + std::string(name) + "`"; }

// Whether values of the two can be the same at all.
bool comparable(Type left, Type right) {
  if (left.is_any() || right.is_any()) return true;
  if (left.is(Kind::list) && right.is(Kind::list)) {
    return comparable(left.element(), right.element());
  }
  return left == right || (is_number(left.kind()) && is_number(right.kind()));
}

bool is_ordered(Type type) {
  switch (type.kind()) {
    case Kind::list:
    case Kind::null:
    case Kind::token:
      return false;
    default:
      return true;
  }
}

bool is_loose_double(const Node& node) {
  return node.type.is(Kind::float64) || node.type == Type{Kind::float64}.list();
}

Done incomparable(const Node& call) {
  const auto& left = *call.children[0];
  const auto& right = *call.children[1];
  const auto is_null = [](const Node& node) { return node.type.is(Kind::null); };
  const auto is_token = [](const Node& node) { return node.type.base == Kind::token; };
  std::string help;
  if (is_null(left) || is_null(right)) {
    help = "ask whether a field is there with has(field)";
  } else if (is_token(left) || is_token(right)) {
    help =
        "a token is compared by == and != and `in` with tokens of other fields only; "
        "a list of cards is what the rule `list` is for";
  }
  // `in` compares with what the list holds.
  const Type with = call.text == "in" ? right.type.element() : right.type;
  return fault_at(call, to_string(left.type) + " and " + to_string(with) + " cannot be compared",
                  std::move(help));
}

// Money is never equal to a double by chance: ask for what is meant.
Done money_and_double(const Node& call) {
  return fault_at(call, "money is not compared for equality with a double",
                  "compare with an amount of at most four decimals, or convert: double(amount)");
}

bool mixes_money(const Node& call) {
  const auto money = [](const Node& node) { return node.type.base == Kind::decimal; };
  const auto& left = *call.children[0];
  const auto& right = *call.children[1];
  return (money(left) && is_loose_double(right)) || (money(right) && is_loose_double(left));
}

Done check_relation(Node& call, Relation relation) {
  const auto& left = *call.children[0];
  const auto& right = *call.children[1];
  const bool equality = relation == Relation::equal || relation == Relation::unequal;
  if (!comparable(left.type, right.type)) return incomparable(call);
  if (equality && mixes_money(call)) return money_and_double(call);
  for (const auto* side : {&left, &right}) {
    if (equality || is_ordered(side->type)) continue;
    if (side->type.is(Kind::token)) return incomparable(call);
    return fault_at(*side, "values of type " + to_string(side->type) + " have no order");
  }
  call.type = kBool;
  call.call = comparison(relation, left.type.kind(), right.type.kind());
  return {};
}

Done check_in(const Node& call) {
  const auto& list = *call.children[1];
  if (!list.type.is(Kind::list) && !list.type.is_any()) {
    return fault_at(list, "`in` wants a list behind it; this is of type " + to_string(list.type),
                    "x in [1, 2, 3]; a part of a text is looked for with x.contains(\"a\")");
  }
  if (!comparable(call.children[0]->type, list.type.element())) return incomparable(call);
  if (mixes_money(call)) return money_and_double(call);
  return {};
}

Done compile_pattern(Node& call, Constants& constants, std::size_t memory) {
  auto& pattern = *call.children[1];
  if (!pattern.is_literal() || !pattern.value.is(Kind::text)) {
    return fault_at(pattern, "the pattern of matches() is a text that stands in the expression",
                    "text.matches(\"^A[0-9]+\")");
  }
  re2::RE2::Options options;
  options.set_log_errors(false);
  options.set_never_capture(true);
  options.set_max_mem(static_cast<std::int64_t>(memory));
  const auto text = pattern.value.text();
  auto compiled = std::make_unique<re2::RE2>(re2::StringPiece(text.data(), text.size()), options);
  if (!compiled->ok()) {
    return fault_at(pattern, "the pattern cannot be read: " + compiled->error(),
                    "the syntax is that of RE2");
  }
  pattern.text = text;
  pattern.value = constants.keep_pattern(std::move(compiled));
  pattern.type = {Kind::pattern};
  return {};
}

bool may_fit(const Overload& overload, const Node& call) {
  if (overload.written == Written::member && !call.member) return false;
  if (overload.written == Written::function && call.member) return false;
  for (std::size_t i = 0; i < call.children.size(); ++i) {
    const auto kind = call.children[i]->type.kind();
    if (overload.takes[i] != Kind::any && kind != Kind::any && overload.takes[i] != kind) {
      return false;
    }
  }
  return true;
}

std::string kinds_of(const Node& call) {
  std::string text;
  for (const auto& child : call.children) {
    if (!text.empty()) text += " and ";
    text += to_string(child->type);
  }
  return text;
}

Done no_overload(const Node& call) {
  const auto all = all_overloads();
  const auto named = [&](const Overload& overload) { return overload.name == call.text; };
  if (std::ranges::none_of(all, named)) {
    std::set<std::string> functions;
    for (const auto& overload : all) {
      if (overload.written != Written::sign) functions.emplace(overload.name);
    }
    return fault_at(
        call, quoted(call.text) + " is no function",
        did_you_mean(call.text, std::vector<std::string>(functions.begin(), functions.end())));
  }
  const auto is_sign = [&](const Overload& overload) {
    return named(overload) && overload.written == Written::sign;
  };
  std::string takes;
  for (const auto& overload : all) {
    if (!named(overload)) continue;
    std::string one;
    for (std::size_t i = 0; i < overload.count; ++i) {
      one += (i == 0 ? "" : is_sign(overload) ? " " + call.text + " " : ", ");
      one += to_string(overload.takes[i]);
    }
    const bool with_receiver = overload.written == Written::member;
    if (!is_sign(overload)) {
      const auto first = std::string(to_string(overload.takes[0]));
      const auto rest = overload.count > 1 ? std::string(to_string(overload.takes[1])) : "";
      one =
          with_receiver ? first + "." + call.text + "(" + rest + ")" : call.text + "(" + one + ")";
    }
    takes += (takes.empty() ? "" : "; ") + one;
  }
  const std::string given = call.children.empty() ? "nothing" : kinds_of(call);
  return fault_at(call, quoted(call.text) + " does not take " + given, "it takes " + takes);
}

// What a call on a list gives; the kind in the table says no more than that it depends.
Type depending(const Node& call) {
  const auto first = call.children[0]->type;
  if (call.text == "[]") return first.element();
  if (call.text == "+" && call.children.size() == 2) {
    if (first.is_any() || call.children[1]->type.is_any()) return {Kind::any};
    return common(first.element(), call.children[1]->type.element()).list();
  }
  return {Kind::any};
}

Done resolve(Node& call) {
  const auto known = [](const auto& child) { return !child->type.is_any(); };
  const bool all_known = std::ranges::all_of(call.children, known);
  std::optional<Type> gives;
  for (const auto& overload : overloads(call.text, call.children.size())) {
    if (!may_fit(overload, call)) continue;
    const Type one = overload.gives == Kind::any ? depending(call) : Type{overload.gives};
    gives = gives ? common(*gives, one) : one;
    call.makes = call.makes || overload.makes;
    if (all_known || call.text == "dyn") {
      call.call = overload.call;
      break;
    }
  }
  if (!gives) return no_overload(call);
  call.type = *gives;
  return {};
}

}  // namespace

Done check_call(Node& call, Constants& constants, std::size_t pattern_memory) {
  if (call.children.size() == 2) {
    if (call.text == "matches") {
      if (auto done = compile_pattern(call, constants, pattern_memory); !done) return done;
    }
    const bool operators = !call.member && overloads(call.text, 2).empty() == false;
    if (const auto found = relation(call.text)) {
      adopt_beside_money(call, constants);
      return check_relation(call, *found);
    }
    if (operators) adopt_beside_money(call, constants);
    if (call.text == "in") {
      if (auto done = check_in(call); !done) return done;
    }
    const auto is_money = [](const auto& child) { return child->type.is(Kind::decimal); };
    const auto is_literal = [](const auto& child) { return child->is_literal(); };
    if (call.text == "*" && std::ranges::all_of(call.children, is_money) &&
        std::ranges::none_of(call.children, is_literal)) {
      return fault_at(call, "money times money is no money",
                      "convert one of them: amount * double(other) wants double(amount), too");
    }
  }
  return resolve(call);
}

}  // namespace assay::core::expression
