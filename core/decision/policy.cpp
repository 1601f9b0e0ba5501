#include "core/decision/policy.hpp"

#include <algorithm>
#include <cmath>

namespace assay::core {
namespace {

constexpr double kOne = ASSAY_SCORE_ONE;

std::int32_t combined(Combine combine, std::span<const NotedVerdict> verdicts,
                      const std::vector<RuleInfo>& rules) {
  double sum = 0;
  double highest = 0;
  double none = 1;
  for (const auto& verdict : verdicts) {
    const auto& rule = rules[verdict.rule];
    if (verdict.answer != ASSAY_HIT || verdict.mode != RuleMode::live) continue;
    const auto score = std::min(verdict.score / kOne * rule.weight, 1.0);
    sum += score;
    highest = std::max(highest, score);
    none *= 1 - score;
  }
  const auto total = combine == Combine::sum       ? std::min(sum, 1.0)
                     : combine == Combine::maximum ? highest
                                                   : 1 - none;
  return static_cast<std::int32_t>(std::lround(total * kOne));
}

Outcome outcome_of(const Policy& policy, std::int32_t score, std::span<const NotedVerdict> verdicts,
                   const std::vector<RuleInfo>& rules) {
  auto outcome = score >= policy.decline  ? Outcome::decline
                 : score >= policy.review ? Outcome::review
                                          : Outcome::approve;
  bool block = false;
  bool allow = false;
  for (const auto& verdict : verdicts) {
    const auto& rule = rules[verdict.rule];
    if (verdict.mode != RuleMode::live) continue;
    if (verdict.answer == ASSAY_ERROR) {
      if (rule.on_error == OnError::closed) outcome = Outcome::decline;
      if (rule.on_error == OnError::review) outcome = std::max(outcome, Outcome::review);
    }
    block |= verdict.action == Action::block;
    allow |= verdict.action == Action::allow;
    if (verdict.action == Action::review) outcome = std::max(outcome, Outcome::review);
  }
  if (block && (!allow || policy.first == Action::block)) return Outcome::decline;
  if (allow) return Outcome::approve;
  return outcome;
}

// A hit without the value lies in no band: absent is not zero.
void put_in_band(const Bands& bands, NotedVerdict& hit) {
  const auto* band = (hit.absent_evidence & 1u) == 0 ? bands.of(hit.evidence[0]) : nullptr;
  if (!band) return;
  hit.reason = band->reason;
  hit.score = band->score;
}

}  // namespace

void decide(const Policy& policy, const std::vector<RuleInfo>& rules, const VerdictTable& verdicts,
            std::span<const std::int64_t> event_times, Breakers& breakers, Decisions& decisions) {
  decisions.clear();
  for (std::uint32_t row = 0; row < event_times.size(); ++row) {
    Decision decision;
    decision.first_verdict = static_cast<std::uint32_t>(decisions.verdicts.size());
    for (std::uint32_t rule = 0; rule < rules.size(); ++rule) {
      const auto& verdict = verdicts.at(rule, row);
      if (verdict.answer == ASSAY_NO_HIT) continue;
      NotedVerdict noted;
      noted.rule = rule;
      noted.answer = verdict.answer;
      noted.reason = verdict.reason;
      noted.mode = breakers.mode(rule);
      if (verdict.answer == ASSAY_HIT) {
        noted.score = rules[rule].score.value_or(verdict.score);
        noted.evidence = verdicts.evidence(rule, row);
        noted.absent_evidence = verdicts.absent_evidence(rule, row);
        put_in_band(rules[rule].reasons[verdict.reason].bands, noted);
        noted.action = rules[rule].reasons[noted.reason].action;
      }
      decisions.verdicts.push_back(noted);
    }
    decision.verdict_count =
        static_cast<std::uint32_t>(decisions.verdicts.size()) - decision.first_verdict;
    if (decision.verdict_count > 0) {
      const auto noted = std::span(decisions.verdicts).subspan(decision.first_verdict);
      decision.score = combined(policy.combine, noted, rules);
      decision.outcome = outcome_of(policy, decision.score, noted, rules);
    } else {
      decision.outcome = outcome_of(policy, 0, {}, rules);
    }
    decisions.rows.push_back(decision);
    if (event_times[row] != kCountedBefore) breakers.see(event_times[row], verdicts, row);
  }
}

}  // namespace assay::core
