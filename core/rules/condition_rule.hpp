// A rule without code: its verdicts are the answers of a condition.
//
// Yes is a hit and no is none; a condition that needs an absent value makes the rule inconclusive,
// one that cannot be worked out an error. The evidence of a hit is what the condition has compared.
//
// Thread: the worker that owns it.
#pragma once

#include <assay/rule.h>

#include <cstdint>
#include <memory>
#include <vector>

#include "core/model/condition.hpp"
#include "core/model/layout.hpp"

namespace assay::core {

class RowBlock;

class ConditionRule final {
 public:
  // `score` in millionths. `evidence`: slots of numbers, at most ASSAY_MAX_EVIDENCE.
  ConditionRule(std::unique_ptr<const Condition> condition, std::int32_t score,
                std::vector<Slot> evidence)
      : condition_(std::move(condition)), score_(score), evidence_(std::move(evidence)) {}

  const Condition& condition() const { return *condition_; }

  // Hits name the rule's first reason.
  void evaluate(const RowBlock& block, const assay_verdicts& verdicts) const;

 private:
  void explain(const RowBlock& block, const assay_verdicts& verdicts, std::uint32_t row) const;

  std::unique_ptr<const Condition> condition_;
  std::int32_t score_;
  std::vector<Slot> evidence_;
};

}  // namespace assay::core
