// Walks the tree and works out what each part of it gives: slow, simple, for cold paths.
//
// Literals are folded by it while an expression is compiled, and a decision is explained by it. It
// says what the flat program must give, and a test holds the two together.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "core/expression/syntax.hpp"
#include "core/model/row_block.hpp"

namespace assay::core::expression {

class Evaluator final {
 public:
  // Without a block every field is absent. Values view the scratch memory.
  Evaluator(const RowBlock* block, std::uint32_t row, Scratch& scratch)
      : block_(block), row_(row), scratch_(&scratch) {}

  // Told of each part that was looked at outside a macro, inner ones first.
  std::function<void(const Node&, const Value&)> observe;

  Value evaluate(const Node& node);

 private:
  Value work_out(const Node& node);
  Value call(const Node& node);
  Value list_of(const Node& node);
  Value conditional(const Node& node);
  Value run(const Node& macro);
  Value answer_from(const Node& macro, const Value& range);
  Value list_from(const Node& macro, const Value& range);

  const RowBlock* block_;
  std::uint32_t row_;
  Scratch* scratch_;
  std::vector<Value> variables_;
  std::uint32_t macros_ = 0;  // how many are being run, one in another
};

// The value of a field of a row.
Value field(const RowBlock& block, std::uint32_t row, Slot slot, Kind kind);

}  // namespace assay::core::expression
