#include "core/expression/emitter.hpp"

#include <algorithm>
#include <limits>
#include <optional>

namespace assay::core::expression {
namespace {

using Form = Node::Form;

// The relation as seen from the other side: 3 < x is x > 3.
Relation turned(Relation relation) {
  switch (relation) {
    case Relation::less:
      return Relation::more;
    case Relation::at_most:
      return Relation::at_least;
    case Relation::more:
      return Relation::less;
    case Relation::at_least:
      return Relation::at_most;
    default:
      return relation;
  }
}

// How two cells of a kind are compared; nothing where that takes more than a look at them.
std::optional<Operation> compare_fields(Kind kind) {
  switch (kind) {
    case Kind::int64:
    case Kind::decimal:
    case Kind::time:
    case Kind::duration:
      return Operation::compare_integers;
    case Kind::float64:
      return Operation::compare_doubles;
    case Kind::text:
      return Operation::compare_texts;
    default:
      return std::nullopt;
  }
}

// The 64 bits that a cell would hold for that value.
std::optional<std::int64_t> cell_of(const Value& value) {
  switch (value.kind) {
    case Kind::int64:
    case Kind::decimal:
      return value.integer;
    case Kind::time:
    case Kind::duration: {
      std::int64_t nanoseconds = 0;
      if (__builtin_mul_overflow(value.integer, kNanoseconds, &nanoseconds) ||
          __builtin_add_overflow(nanoseconds, value.size, &nanoseconds)) {
        return std::nullopt;
      }
      return nanoseconds;
    }
    default:
      return std::nullopt;
  }
}

class Emitter {
 public:
  Code code;

  void emit(const Node& node, std::uint32_t at) {
    code.registers = std::max(code.registers, at + 1);
    if (node.is_macro()) return macro(node, at);
    switch (node.form) {
      case Form::literal:
        return put(Operation::constant, 0, at, constant(node.value));
      case Form::name:
        return put(Operation::field, static_cast<std::uint8_t>(node.type.kind()), at,
                   node.slot.index);
      case Form::has:
        return put(Operation::has, 0, at, node.slot.index);
      case Form::variable:
        return put(Operation::copy, 0, at, variables_[node.variable]);
      case Form::list:
        return list(node, at);
      case Form::both:
        return logic(node, at, Operation::jump_if_false, Operation::both);
      case Form::either:
        return logic(node, at, Operation::jump_if_true, Operation::either);
      case Form::conditional:
        return conditional(node, at);
      default:
        return call(node, at);
    }
  }

 private:
  Instruction& put_at(Operation operation, std::uint8_t detail, std::uint32_t at,
                      std::uint32_t target = 0) {
    auto& made = code.instructions.emplace_back();
    made.operation = operation;
    made.detail = detail;
    made.at = static_cast<std::uint16_t>(at);
    made.target = target;
    return made;
  }
  void put(Operation operation, std::uint8_t detail, std::uint32_t at, std::uint32_t target = 0) {
    put_at(operation, detail, at, target);
  }

  std::uint32_t here() const { return static_cast<std::uint32_t>(code.instructions.size()); }
  // Where an instruction jumps to is known later.
  std::uint32_t mark() const { return here() - 1; }
  void land(std::uint32_t mark) { code.instructions[mark].target = here(); }

  std::uint32_t constant(const Value& value) {
    code.constants.push_back(value);
    return static_cast<std::uint32_t>(code.constants.size() - 1);
  }

  void children(const Node& node, std::uint32_t at) {
    for (std::uint32_t i = 0; i < node.children.size(); ++i) emit(*node.children[i], at + i);
  }

  void list(const Node& node, std::uint32_t at) {
    children(node, at);
    put_at(Operation::list, 0, at).integer = static_cast<std::int64_t>(node.children.size());
    code.makes = true;
  }

  void call(const Node& node, std::uint32_t at) {
    if (compare_cell(node, at) || compare_cells(node, at)) return;
    children(node, at);
    const auto count = static_cast<std::uint8_t>(node.children.size());
    code.makes = code.makes || node.makes;
    if (node.call != nullptr) {
      put_at(Operation::call, count, at).call = node.call;
      return;
    }
    put_at(Operation::call_by_kind, count, at).integer =
        static_cast<std::int64_t>(code.groups.size());
    code.groups.push_back(overloads(node.text, count));
  }

  bool compare_cell(const Node& node, std::uint32_t at) {
    auto found = relation(node.text);
    if (!found || node.children.size() != 2) return false;
    const Node* field = node.children[0].get();
    const Node* with = node.children[1].get();
    if (field->is_literal()) {
      std::swap(field, with);
      found = turned(*found);
    }
    if (!field->is(Form::name) || !with->is_literal()) return false;
    const auto detail = static_cast<std::uint8_t>(*found);
    const auto& value = with->value;
    if (field->type.kind() != value.kind) return false;
    if (const auto cell = cell_of(value)) {
      put_at(Operation::compare_integer, detail, at, field->slot.index).integer = *cell;
    } else if (value.is(Kind::float64)) {
      put_at(Operation::compare_double, detail, at, field->slot.index).real = value.real;
    } else if (value.is(Kind::text)) {
      put_at(Operation::compare_text, detail, at, field->slot.index).integer = constant(value);
    } else {
      return false;
    }
    return true;
  }

  bool compare_cells(const Node& node, std::uint32_t at) {
    const auto found = relation(node.text);
    if (!found || node.children.size() != 2) return false;
    const Node& left = *node.children[0];
    const Node& right = *node.children[1];
    if (!left.is(Form::name) || !right.is(Form::name)) return false;
    const auto kind = left.type.kind();
    const auto compare = compare_fields(kind);
    if (!compare || right.type.kind() != kind) return false;
    put_at(*compare, static_cast<std::uint8_t>(*found), at, left.slot.index).integer =
        right.slot.index;
    return true;
  }

  void logic(const Node& node, std::uint32_t at, Operation decided, Operation join) {
    emit(*node.children[0], at);
    put(decided, 0, at);
    const auto end = mark();
    emit(*node.children[1], at + 1);
    put(join, 0, at);
    land(end);
  }

  void conditional(const Node& node, std::uint32_t at) {
    emit(*node.children[0], at);
    put(Operation::branch, 0, at);
    const auto branch = mark();
    emit(*node.children[1], at);
    put(Operation::jump, 0, at);
    const auto end = mark();
    land(branch);
    emit(*node.children[2], at);
    land(end);
    code.instructions[branch].integer = here();
  }

  void macro(const Node& node, std::uint32_t at) {
    code.registers = std::max(code.registers, at + 5);
    emit(*node.children[0], at + 1);
    put(Operation::begin, static_cast<std::uint8_t>(node.form), at);
    const auto begin = mark();
    if (variables_.size() <= node.variable) variables_.resize(node.variable + 1);
    variables_[node.variable] = at + 3;
    put(Operation::next, 0, at);
    const auto loop = mark();
    std::vector<std::uint32_t> exits{begin, loop};
    body(node, at, loop, exits);
    put(Operation::jump, 0, at, loop);
    for (const auto exit : exits) land(exit);
    if (node.is(Form::exists_one)) put(Operation::is_one, 0, at);
  }

  void body(const Node& node, std::uint32_t at, std::uint32_t loop,
            std::vector<std::uint32_t>& exits) {
    const auto step = [&](Operation operation) {
      put_at(operation, 0, at).integer = loop;
      exits.push_back(mark());
    };
    const bool makes = node.is(Form::filter) || node.is(Form::map);
    const bool has_test = !node.is(Form::map) || node.children.size() == 3;
    code.makes = code.makes || makes;
    if (has_test) emit(*node.children[1], at + 4);
    if (node.is(Form::all)) return step(Operation::all);
    if (node.is(Form::exists)) return step(Operation::exists);
    if (node.is(Form::exists_one)) return step(Operation::count);
    if (has_test) step(Operation::keep_if);
    if (node.is(Form::filter)) return step(Operation::keep);
    emit(*node.children.back(), at + 4);
    step(Operation::keep_value);
  }

  std::vector<std::uint32_t> variables_;  // the register of each
};

}  // namespace

Code emit(const Node& tree) {
  Emitter emitter;
  emitter.emit(tree, 0);
  return std::move(emitter.code);
}

}  // namespace assay::core::expression
