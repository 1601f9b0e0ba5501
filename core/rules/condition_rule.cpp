#include "core/rules/condition_rule.hpp"

#include "core/model/row_block.hpp"
#include "core/model/verdict_table.hpp"

namespace assay::core {

void ConditionRule::evaluate(const RowBlock& block, const assay_verdicts& verdicts) const {
  for (std::uint32_t row = 0; row < verdicts.count; ++row) {
    auto& verdict = verdicts.rows[row];
    switch (condition_->test(block, row)) {
      case Truth::no:
        break;
      case Truth::yes:
        verdict = {ASSAY_HIT, 0, score_, 0};
        explain(block, verdicts, row);
        break;
      case Truth::absent:
        verdict.answer = ASSAY_INCONCLUSIVE;
        break;
      case Truth::error:
        verdict.answer = ASSAY_ERROR;
        break;
    }
  }
}

void ConditionRule::explain(const RowBlock& block, const assay_verdicts& verdicts,
                            std::uint32_t row) const {
  for (std::uint32_t i = 0; i < evidence_.size(); ++i) {
    if (!block.has(row, evidence_[i])) {
      VerdictTable::leave_out(&verdicts, row, i);
    } else if (i == 0) {
      verdicts.rows[row].evidence = block.int64(row, evidence_[i]);
    } else {
      VerdictTable::explain(&verdicts, row, i, block.int64(row, evidence_[i]));
    }
  }
}

}  // namespace assay::core
