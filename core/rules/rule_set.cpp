#include "core/rules/rule_set.hpp"

#include <algorithm>
#include <utility>

#include "core/model/plugin_call.hpp"

namespace assay::core {

RuleSet::RuleSet(std::vector<Member> members, const std::vector<RuleInfo>& rules, PluginDoor* door)
    : members_(std::move(members)), door_(door), health_(members_.size()) {
  for (const auto& rule : rules) {
    whom_.push_back(whom(rule));
    reason_counts_.push_back(static_cast<std::uint32_t>(rule.reasons.size()) - rule.band_reasons);
    history_.push_back(rule.history);
  }
  for (std::size_t i = 0; i < members_.size(); ++i) {
    if (!members_[i].condition && !members_[i].rule) stateful_.push_back(i);
  }
}

void RuleSet::evaluate(RowBlock& block, VerdictTable& verdicts, std::span<const Part> parts) {
  for (const auto& member : members_) {
    if (!member.errand) continue;
    block.show(*member.header);
    member.errand->send(*member.header);
  }
  for (std::size_t i = 0; i < members_.size(); ++i) {
    if (!members_[i].errand) judge(i, block, verdicts);
  }
  for (std::size_t i = 0; i < members_.size(); ++i) {
    if (!members_[i].errand) continue;
    const auto* output = verdicts.output(i, block.rows());
    take(collect(*members_[i].errand, output), i, block.rows(), verdicts, i);
  }
  if (!stateful_.empty()) {
    if (!of_part_) of_part_.emplace(stateful_.size(), block.max_rows());
    // Rows of a partition that brings no instances must not pass for rows without a hit.
    for (const auto rule : stateful_) {
      for (std::uint32_t row = 0; row < block.rows(); ++row) {
        verdicts.at(rule, row).answer = ASSAY_NOT_EVALUATED;
      }
    }
    for (const auto& part : parts) evaluate_part(block, verdicts, part);
  }
  for (std::size_t i = 0; i < members_.size(); ++i) {
    if (!history_[i].empty()) hold_back_cold(i, block, verdicts);
  }
}

void RuleSet::judge(std::size_t rule, RowBlock& block, VerdictTable& verdicts) {
  const auto& member = members_[rule];
  const auto* output = verdicts.output(rule, block.rows());
  if (member.condition) {
    member.condition->evaluate(block, *output);
    judge_answers(rule, block.rows(), verdicts, rule);
  } else if (member.rule) {
    block.show(*member.header);
    take(enter(rule, member.rule, output), rule, block.rows(), verdicts, rule);
  }
}

void RuleSet::evaluate_part(RowBlock& block, VerdictTable& verdicts, const Part& part) {
  if (part.rows.empty()) return;
  block.gather(part.rows);
  const auto rows = static_cast<std::uint32_t>(part.rows.size());
  auto& instances = part.rules->instances();
  for (std::size_t i = 0; i < stateful_.size(); ++i) {
    auto& header = *members_[stateful_[i]].header;
    block.show_gathered(header);
    header.sequence = ++instances[i].batches;
    if (instances[i].errand) instances[i].errand->send(header);
  }
  const auto judge_those = [&](bool elsewhere) {
    for (std::size_t i = 0; i < stateful_.size(); ++i) {
      auto& instance = instances[i];
      if ((instance.errand != nullptr) != elsewhere) continue;
      const auto* output = of_part_->output(i, rows);
      const auto status = elsewhere ? collect(*instance.errand, output)
                                    : enter(stateful_[i], instance.rule, output);
      take(status, stateful_[i], rows, *of_part_, i);
      for (std::uint32_t row = 0; row < rows; ++row) {
        verdicts.copy(stateful_[i], part.rows[row], *of_part_, i, row);
      }
    }
  };
  judge_those(false);
  judge_those(true);
}

assay_status RuleSet::collect(Errand& errand, const assay_verdicts* output) {
  if (error_.failed) error_.clear();
  return errand.collect(*output, error_);
}

void RuleSet::take(assay_status status, std::size_t rule, std::uint32_t rows,
                   VerdictTable& verdicts, std::size_t in_table) {
  if (status == ASSAY_OK) {
    judge_answers(rule, rows, verdicts, in_table);
  } else {
    fail(rule, rows, verdicts, in_table);
  }
}

assay_status RuleSet::enter(std::size_t rule, assay_rule* instance, const assay_verdicts* output) {
  // What an earlier call complained of without failing must not speak for this one.
  if (error_.failed) error_.clear();
  if (!instance) {
    error_.failed = true;
    error_.message = "the rule has no instance for this partition";
    return ASSAY_FAILED;
  }
  const auto& member = members_[rule];
  return enter_plugin(door_, whom_[rule].c_str(), error_, [&] {
    return member.api->evaluate(instance, member.header, output, &error_);
  });
}

void RuleSet::fail(std::size_t rule, std::uint32_t rows, VerdictTable& verdicts,
                   std::size_t in_table) {
  for (std::uint32_t row = 0; row < rows; ++row) {
    verdicts.at(in_table, row) = {ASSAY_ERROR, 0, 0, 0};
  }
  health_[rule].failures += rows;
  health_[rule].last_message = error_.message;
}

void RuleSet::judge_answers(std::size_t rule, std::uint32_t rows, VerdictTable& verdicts,
                            std::size_t in_table) {
  for (std::uint32_t row = 0; row < rows; ++row) {
    auto& verdict = verdicts.at(in_table, row);
    if (verdict.answer == ASSAY_NO_HIT) continue;
    const bool sound = verdict.answer == ASSAY_HIT
                           ? verdict.reason < reason_counts_[rule] && verdict.score >= 0 &&
                                 verdict.score <= ASSAY_SCORE_ONE
                           : verdict.answer <= ASSAY_NOT_EVALUATED;
    if (!sound) {
      verdict = {ASSAY_ERROR, 0, 0, 0};
      health_[rule].last_message = "the rule answered with a reason or score it never declared";
    } else if (verdict.answer == ASSAY_ERROR && members_[rule].condition) {
      health_[rule].last_message = "the condition cannot be worked out for a transaction";
    } else if (verdict.answer == ASSAY_ERROR) {
      health_[rule].last_message = "the rule answered with an error, without words";
    }
    if (verdict.answer == ASSAY_ERROR) ++health_[rule].failures;
  }
}

void RuleSet::hold_back_cold(std::size_t rule, const RowBlock& block,
                             VerdictTable& verdicts) const {
  for (std::uint32_t row = 0; row < block.rows(); ++row) {
    auto& verdict = verdicts.at(rule, row);
    if (verdict.answer != ASSAY_HIT) continue;
    const bool cold =
        std::any_of(history_[rule].begin(), history_[rule].end(), [&](const HistoryNeed& need) {
          return !block.has(row, need.coverage) || block.int64(row, need.coverage) < need.least;
        });
    if (cold) verdict = {ASSAY_INCONCLUSIVE, 0, 0, 0};
  }
}

void RuleSet::tick(std::int64_t now, std::span<const Part> parts) {
  for (std::size_t i = 0; i < members_.size(); ++i) {
    const auto& member = members_[i];
    if (!member.rule || !member.api->tick) continue;
    enter_plugin(door_, whom_[i].c_str(), [&] { member.api->tick(member.rule, now); });
  }
  if (stateful_.empty()) return;
  for (const auto& part : parts) part.rules->tick(now);
}

}  // namespace assay::core
