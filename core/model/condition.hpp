// A question that is put to one row: does a rule apply, does a step take part, does an event count?
//
// The answer is not always yes or no. A condition that needs an absent value is neither, and one
// that cannot be worked out (an overflow, a division by zero) says so. Whoever asks decides what
// those two mean: a rule answers inconclusive and error, a step stays out.
//
// Thread: any, where each has a condition of its own; a condition may keep scratch memory.
#pragma once

#include <cstdint>

namespace assay::core {

class RowBlock;

enum class Truth : std::uint8_t { no, yes, absent, error };

class Condition {
 public:
  virtual ~Condition() = default;

  virtual Truth test(const RowBlock& block, std::uint32_t row) const = 0;
};

}  // namespace assay::core
