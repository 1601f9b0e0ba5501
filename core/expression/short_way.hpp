// The short way to a condition's answer: one comparison of cells after the other, each of which
// says which one comes next.
//
// Nearly every condition is `a > 4 && (b == "x" || c < d)`, and on nearly every row one or two
// comparisons decide it. They need no registers and no values on the way. Where a cell is absent,
// or something else than a comparison has a say, the short way ends, and the program is asked.
//
// Immutable.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "core/expression/instruction.hpp"
#include "core/expression/syntax.hpp"
#include "core/model/row_block.hpp"

namespace assay::core::expression {

class ShortWay final {
 public:
  // Of a checked tree, which must outlive it: it views the texts of its literals.
  explicit ShortWay(const Node& tree) : first_(lead(tree, kYes, kNo)) {}

  // Nothing where the program must be asked.
  std::optional<bool> test(const RowBlock& block, std::uint32_t row) const;

 private:
  struct Test {
    Instruction comparison;
    std::uint32_t yes = 0;  // the number of the next one, or one of those below
    std::uint32_t no = 0;
  };
  static constexpr std::uint32_t kYes = ~std::uint32_t{0};
  static constexpr std::uint32_t kNo = kYes - 1;
  static constexpr std::uint32_t kAsk = kYes - 2;

  // Where a part begins that leads to `yes` or `no`.
  std::uint32_t lead(const Node& node, std::uint32_t yes, std::uint32_t no);

  std::vector<Test> tests_;
  std::vector<Value> texts_;  // that cells are compared with
  std::uint32_t first_;
};

}  // namespace assay::core::expression
