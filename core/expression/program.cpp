#include "core/expression/program.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include "core/expression/canonical.hpp"
#include "core/expression/evaluator.hpp"
#include "core/expression/logic.hpp"

namespace assay::core::expression {
namespace {

// Elements that the macros of one evaluation may run through: more is a mistake, and a transaction
// waits for it.
constexpr std::uint32_t kMostSteps = 1'000'000;

void collect(const Node& node, std::vector<std::string>& names) {
  const bool new_name =
      node.is(Node::Form::name) && std::find(names.begin(), names.end(), node.text) == names.end();
  if (new_name) names.push_back(node.text);
  for (const auto& child : node.children) collect(*child, names);
}

}  // namespace

// One evaluation.
struct Program::Run {
  const Code& code;
  Value* const registers;
  Scratch& scratch;
  const RowBlock& block;
  const std::uint32_t row;
  std::uint32_t steps = 0;

  Value compare(const Instruction& now) const {
    const Slot slot{now.target};
    if (!block.has(row, slot)) return absent();
    const auto relation = static_cast<Relation>(now.detail);
    if (now.operation == Operation::compare_integer) {
      return boolean(holds(relation, block.int64(row, slot), now.integer));
    }
    if (now.operation == Operation::compare_double) {
      return boolean(holds(relation, block.float64(row, slot), now.real));
    }
    const auto& with = code.constants[static_cast<std::size_t>(now.integer)];
    return boolean(holds(relation, block.text(row, slot), with.text()));
  }

  Value compare_fields(const Instruction& now) const {
    const Slot left{now.target};
    const Slot right{static_cast<std::uint32_t>(now.integer)};
    if (!block.has(row, left) || !block.has(row, right)) return absent();
    const auto relation = static_cast<Relation>(now.detail);
    if (now.operation == Operation::compare_integers) {
      return boolean(holds(relation, block.int64(row, left), block.int64(row, right)));
    }
    if (now.operation == Operation::compare_doubles) {
      return boolean(holds(relation, block.float64(row, left), block.float64(row, right)));
    }
    return boolean(holds(relation, block.text(row, left), block.text(row, right)));
  }

  void call(const Instruction& now, Value* at) const {
    if (const auto* unknown = unknown_of(at, now.detail)) {
      *at = *unknown;
    } else if (now.operation == Operation::call) {
      *at = now.call(at, scratch);
    } else {
      *at = call_by_kind(code.groups[static_cast<std::size_t>(now.integer)], at, scratch);
    }
  }

  void make_list(Value* at, std::size_t count) const {
    if (const auto* unknown = unknown_of(at, count)) {
      *at = *unknown;
      return;
    }
    Value* const items = scratch.values(count);
    if (items == nullptr && count != 0) {
      *at = error(kNoRoom);
      return;
    }
    std::copy(at, at + count, items);
    *at = list(items, count);
  }

  // False where there is nothing to run through; at then holds what the macro gives.
  bool begin(Node::Form form, Value* at) const {
    if (!at[1].known() || !at[1].is(Kind::list)) {
      at[0] = at[1].known() ? error(kNotList) : at[1];
      return false;
    }
    at[2] = int64(0);
    if (form == Node::Form::exists_one) {
      at[0] = int64(0);
    } else if (form == Node::Form::filter || form == Node::Form::map) {
      Value* const items = scratch.values(at[1].size);
      at[0] = items == nullptr && at[1].size != 0 ? error(kNoRoom) : list(items, 0);
    } else {
      at[0] = boolean(form == Node::Form::all);
    }
    return at[0].known();
  }

  bool next(Value* at) {
    if (at[2].integer >= at[1].size) return false;
    if (++steps > kMostSteps) {
      at[0] = error("it runs through more than a million elements");
      return false;
    }
    at[3] = at[1].items[at[2].integer++];
    return true;
  }

  // Behind the elements that a macro has made so far, where its begin() has made room.
  static void keep(Value& made, const Value& item) {
    const_cast<Value*>(made.items)[made.size++] = item;
  }

  // False where the macro ends here.
  static bool keep_value(Value* at) {
    if (at[4].known()) {
      keep(at[0], at[4]);
      return true;
    }
    at[0] = at[4];
    return false;
  }

  static bool count(Value* at) {
    const Value test = as_condition(at[4]);
    if (!test.known()) {
      at[0] = test;
      return false;
    }
    at[0].integer += test.integer;
    return true;
  }

  // Where to go on; `on` where the element is kept.
  static std::size_t keep_if(const Instruction& now, Value* at, std::size_t on) {
    const Value test = as_condition(at[4]);
    if (test.is_true()) return on;
    if (test.known()) return static_cast<std::size_t>(now.integer);
    at[0] = test;
    return now.target;
  }

  // What most conditions are made of stands in the loop; all else is called.
  [[gnu::always_inline]] std::size_t step(const Instruction& now, std::size_t on) {
    Value* const at = registers + now.at;
    switch (now.operation) {
      case Operation::compare_integer:
      case Operation::compare_double:
      case Operation::compare_text:
        *at = compare(now);
        return on;
      case Operation::compare_integers:
      case Operation::compare_doubles:
      case Operation::compare_texts:
        *at = compare_fields(now);
        return on;
      case Operation::jump:
        return now.target;
      case Operation::jump_if_false:
        return at->is_false() ? now.target : on;
      case Operation::jump_if_true:
        return at->is_true() ? now.target : on;
      case Operation::both:
        *at = both(at[0], at[1]);
        return on;
      case Operation::either:
        *at = either(at[0], at[1]);
        return on;
      case Operation::constant:
        *at = code.constants[now.target];
        return on;
      default:
        return step_of_values(now, at, on);
    }
  }

  [[gnu::noinline]] std::size_t step_of_values(const Instruction& now, Value* at, std::size_t on) {
    switch (now.operation) {
      case Operation::field:
        *at = field(block, row, {now.target}, static_cast<Kind>(now.detail));
        return on;
      case Operation::has:
        *at = boolean(block.has(row, {now.target}));
        return on;
      case Operation::copy:
        *at = registers[now.target];
        return on;
      case Operation::call:
      case Operation::call_by_kind:
        call(now, at);
        return on;
      case Operation::list:
        make_list(at, static_cast<std::size_t>(now.integer));
        return on;
      case Operation::branch:
        *at = as_condition(*at);
        if (!at->known()) return static_cast<std::size_t>(now.integer);
        return at->is_true() ? on : now.target;
      default:
        return step_of_macro(now, at, on);
    }
  }

  std::size_t step_of_macro(const Instruction& now, Value* at, std::size_t on) {
    switch (now.operation) {
      case Operation::begin:
        return begin(static_cast<Node::Form>(now.detail), at) ? on : now.target;
      case Operation::next:
        return next(at) ? on : now.target;
      case Operation::all:
        at[0] = both(at[0], at[4]);
        return at->is_false() ? now.target : on;
      case Operation::exists:
        at[0] = either(at[0], at[4]);
        return at->is_true() ? now.target : on;
      case Operation::count:
        return count(at) ? on : now.target;
      case Operation::is_one:
        if (at->known()) *at = boolean(at->integer == 1);
        return on;
      case Operation::keep_if:
        return keep_if(now, at, on);
      case Operation::keep:
        keep(at[0], at[3]);
        return on;
      case Operation::keep_value:
        return keep_value(at) ? on : now.target;
      default:
        return on;
    }
  }
};

Program::Program(NodePointer tree, Constants constants, std::size_t scratch)
    : constants_(std::move(constants)),
      tree_(std::move(tree)),
      text_(canonical_text(*tree_)),
      code_(emit(*tree_)),
      short_way_(*tree_),
      registers_(code_.registers),
      scratch_(code_.makes ? scratch : 0) {
  collect(*tree_, names_);
}

Value Program::evaluate(const RowBlock& block, std::uint32_t row) const { return run(block, row); }

const Value& Program::run(const RowBlock& block, std::uint32_t row) const {
  scratch_.clear();
  Run run{code_, registers_.data(), scratch_, block, row};
  const auto* const instructions = code_.instructions.data();
  const std::size_t end = code_.instructions.size();
  for (std::size_t i = 0; i < end;) i = run.step(instructions[i], i + 1);
  return registers_[0];
}

Truth Program::test(const RowBlock& block, std::uint32_t row) const {
  if (const auto known = short_way_.test(block, row)) return *known ? Truth::yes : Truth::no;
  const Value& answer = run(block, row);
  if (answer.is(Kind::boolean)) return answer.integer != 0 ? Truth::yes : Truth::no;
  return answer.is(Kind::absent) ? Truth::absent : Truth::error;
}

}  // namespace assay::core::expression
