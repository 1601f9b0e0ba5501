#include "core/expression/short_way.hpp"

#include <cstring>

#include "core/expression/emitter.hpp"

namespace assay::core::expression {
namespace {

// The cells of a row, found by their slots.
class Cells {
 public:
  Cells(const RowBlock& block, std::uint32_t row)
      : block_(block),
        row_(block.row_at(row)),
        validity_(row_ + block.layout().validity({0})),
        entries_(block.layout().entries().data()) {}

  bool has(std::uint32_t slot) const { return validity_[slot] != std::byte{ASSAY_ABSENT}; }
  template <class T>
  T get(std::uint32_t slot) const {
    T value;
    std::memcpy(&value, row_ + entries_[slot].cell, sizeof value);
    return value;
  }
  std::string_view text(std::uint32_t slot) const { return block_.text(get<assay_cell>(slot)); }

 private:
  const RowBlock& block_;
  const std::byte* row_;
  const std::byte* validity_;
  const Layout::Entry* entries_;
};

}  // namespace

std::uint32_t ShortWay::lead(const Node& node, std::uint32_t yes, std::uint32_t no) {
  if (node.is(Node::Form::both)) {
    return lead(*node.children[0], lead(*node.children[1], yes, no), no);
  }
  if (node.is(Node::Form::either)) {
    return lead(*node.children[0], yes, lead(*node.children[1], yes, no));
  }
  if (node.is_call("!")) return lead(*node.children[0], no, yes);
  if (!node.is(Node::Form::call)) return kAsk;
  const auto code = emit(node);
  // More than one, and it only begins with a comparison: (a > 3) == b.
  auto comparison = code.instructions.front();
  if (code.instructions.size() > 1 || !is_comparison(comparison.operation)) return kAsk;
  if (comparison.operation == Operation::compare_text) {
    texts_.push_back(code.constants[static_cast<std::size_t>(comparison.integer)]);
    comparison.integer = static_cast<std::int64_t>(texts_.size() - 1);
  }
  tests_.push_back({comparison, yes, no});
  return static_cast<std::uint32_t>(tests_.size() - 1);
}

std::optional<bool> ShortWay::test(const RowBlock& block, std::uint32_t row) const {
  const Cells cells(block, row);
  auto at = first_;
  while (at < kAsk) {
    const auto& test = tests_[at];
    const auto& now = test.comparison;
    if (!cells.has(now.target)) return std::nullopt;
    const auto relation = static_cast<Relation>(now.detail);
    const auto other = static_cast<std::uint32_t>(now.integer);
    bool is = false;
    switch (now.operation) {
      case Operation::compare_integer:
        is = holds(relation, cells.get<std::int64_t>(now.target), now.integer);
        break;
      case Operation::compare_double:
        is = holds(relation, cells.get<double>(now.target), now.real);
        break;
      case Operation::compare_text:
        is = holds(relation, cells.text(now.target), texts_[other].text());
        break;
      case Operation::compare_integers:
        if (!cells.has(other)) return std::nullopt;
        is = holds(relation, cells.get<std::int64_t>(now.target), cells.get<std::int64_t>(other));
        break;
      case Operation::compare_doubles:
        if (!cells.has(other)) return std::nullopt;
        is = holds(relation, cells.get<double>(now.target), cells.get<double>(other));
        break;
      default:
        if (!cells.has(other)) return std::nullopt;
        is = holds(relation, cells.text(now.target), cells.text(other));
        break;
    }
    at = is ? test.yes : test.no;
  }
  if (at == kAsk) return std::nullopt;
  return at == kYes;
}

}  // namespace assay::core::expression
