#include "core/rules/rule_set.hpp"

#include <utility>

namespace assay::core {

RuleSet::RuleSet(std::vector<Member> members, const std::vector<RuleInfo>& rules)
    : members_(std::move(members)), health_(members_.size()) {
  for (const auto& rule : rules) {
    reason_counts_.push_back(static_cast<std::uint32_t>(rule.reasons.size()));
  }
}

void RuleSet::evaluate(const RowBlock& block, VerdictTable& verdicts) {
  for (std::size_t i = 0; i < members_.size(); ++i) {
    const auto& member = members_[i];
    block.show(*member.header);
    const auto* output = verdicts.output(i, block.rows());
    // What an earlier call complained of without failing must not speak for this one.
    if (error_.failed) error_.clear();
    if (member.api->evaluate(member.rule, member.header, output, &error_) == ASSAY_OK) {
      judge_answers(i, block.rows(), verdicts);
      continue;
    }
    for (std::uint32_t row = 0; row < block.rows(); ++row) {
      verdicts.at(i, row) = {ASSAY_ERROR, 0, 0, 0};
    }
    health_[i].failures += block.rows();
    health_[i].last_message = error_.message;
  }
}

void RuleSet::judge_answers(std::size_t rule, std::uint32_t rows, VerdictTable& verdicts) {
  for (std::uint32_t row = 0; row < rows; ++row) {
    auto& verdict = verdicts.at(rule, row);
    if (verdict.answer == ASSAY_NO_HIT) continue;
    const bool sound = verdict.answer == ASSAY_HIT
                           ? verdict.reason < reason_counts_[rule] && verdict.score >= 0 &&
                                 verdict.score <= ASSAY_SCORE_ONE
                           : verdict.answer <= ASSAY_NOT_EVALUATED;
    if (!sound) {
      verdict = {ASSAY_ERROR, 0, 0, 0};
      health_[rule].last_message = "the rule answered with a reason or score it never declared";
    }
    if (verdict.answer == ASSAY_ERROR) ++health_[rule].failures;
  }
}

void RuleSet::tick(std::int64_t now) {
  for (const auto& member : members_) {
    if (member.api->tick) member.api->tick(member.rule, now);
  }
}

}  // namespace assay::core
