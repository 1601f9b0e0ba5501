#include "core/expression/evaluator.hpp"

#include "core/expression/logic.hpp"

namespace assay::core::expression {

Value field(const RowBlock& block, std::uint32_t row, Slot slot, Kind kind) {
  if (!block.has(row, slot)) return absent();
  switch (kind) {
    case Kind::float64:
      return float64(block.float64(row, slot));
    case Kind::text:
      return text(block.text(row, slot));
    case Kind::token: {
      const auto* const cell = block.row_at(row) + block.layout()[slot].cell;
      return of_letters(Kind::token, {reinterpret_cast<const char*>(cell), sizeof(assay_token)});
    }
    case Kind::time:
    case Kind::duration:
      return from_nanoseconds(kind, block.int64(row, slot));
    case Kind::boolean:
      return boolean(block.int64(row, slot) != 0);
    default:
      return of_kind(kind, block.int64(row, slot));
  }
}

Value Evaluator::evaluate(const Node& node) {
  const Value value = work_out(node);
  if (observe && macros_ == 0) observe(node, value);
  return value;
}

Value Evaluator::work_out(const Node& node) {
  switch (node.form) {
    case Node::Form::literal:
      return node.value;
    case Node::Form::name:
      return block_ == nullptr ? absent() : field(*block_, row_, node.slot, node.type.kind());
    case Node::Form::has:
      return boolean(block_ != nullptr && block_->has(row_, node.slot));
    case Node::Form::variable:
      return variables_[node.variable];
    case Node::Form::list:
      return list_of(node);
    case Node::Form::call:
      return call(node);
    // Both sides are worked out, so that an explanation shows both.
    case Node::Form::both: {
      const Value left = evaluate(*node.children[0]);
      return both(left, evaluate(*node.children[1]));
    }
    case Node::Form::either: {
      const Value left = evaluate(*node.children[0]);
      return either(left, evaluate(*node.children[1]));
    }
    case Node::Form::conditional:
      return conditional(node);
    default:
      return run(node);
  }
}

Value Evaluator::call(const Node& node) {
  Value arguments[2];
  const auto count = node.children.size();
  for (std::size_t i = 0; i < count; ++i) arguments[i] = evaluate(*node.children[i]);
  if (const auto* unknown = unknown_of(arguments, count)) return *unknown;
  if (node.call != nullptr) return node.call(arguments, *scratch_);
  return call_by_kind(overloads(node.text, count), arguments, *scratch_);
}

Value Evaluator::list_of(const Node& node) {
  const auto count = node.children.size();
  Value* const items = scratch_->values(count);
  if (items == nullptr && count != 0) return error(kNoRoom);
  for (std::size_t i = 0; i < count; ++i) items[i] = evaluate(*node.children[i]);
  const auto* const unknown = unknown_of(items, count);
  return unknown != nullptr ? *unknown : list(items, count);
}

Value Evaluator::conditional(const Node& node) {
  const Value test = as_condition(evaluate(*node.children[0]));
  if (!test.known()) return test;
  return evaluate(*node.children[test.is_true() ? 1 : 2]);
}

Value Evaluator::run(const Node& macro) {
  const Value range = evaluate(*macro.children[0]);
  if (!range.known()) return range;
  if (!range.is(Kind::list)) return error(kNotList);
  if (variables_.size() <= macro.variable) variables_.resize(macro.variable + 1);
  ++macros_;
  const Value result = macro.form == Node::Form::filter || macro.form == Node::Form::map
                           ? list_from(macro, range)
                           : answer_from(macro, range);
  --macros_;
  return result;
}

Value Evaluator::answer_from(const Node& macro, const Value& range) {
  using Form = Node::Form;
  Value answer = boolean(macro.form == Form::all);
  std::uint32_t count = 0;
  for (const auto& element : range.list()) {
    variables_[macro.variable] = element;
    const Value test = as_condition(evaluate(*macro.children[1]));
    if (macro.form == Form::all) {
      answer = both(answer, test);
      if (answer.is_false()) break;
    } else if (macro.form == Form::exists) {
      answer = either(answer, test);
      if (answer.is_true()) break;
    } else if (!test.known()) {
      return test;
    } else {
      count += test.is_true() ? 1 : 0;
    }
  }
  return macro.form == Form::exists_one ? boolean(count == 1) : answer;
}

Value Evaluator::list_from(const Node& macro, const Value& range) {
  Value* const made = scratch_->values(range.size);
  if (made == nullptr && range.size != 0) return error(kNoRoom);
  const bool has_test = macro.form == Node::Form::filter || macro.children.size() == 3;
  std::uint32_t count = 0;
  for (const auto& element : range.list()) {
    variables_[macro.variable] = element;
    if (has_test) {
      const Value test = as_condition(evaluate(*macro.children[1]));
      if (!test.known()) return test;
      if (!test.is_true()) continue;
    }
    const Value item =
        macro.form == Node::Form::filter ? element : evaluate(*macro.children.back());
    if (!item.known()) return item;
    made[count++] = item;
  }
  return list(made, count);
}

}  // namespace assay::core::expression
