// The decision on one transaction, and the verdicts that led to it.
//
// Verdicts that are not "no hit" are noted once, in the order of the rules; a decision names its
// range of them. Both live in `Decisions`, which a worker fills anew for every batch.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "core/model/rule_info.hpp"

namespace assay::core {

enum class Outcome : std::uint8_t { approve, review, decline };
inline constexpr std::size_t kOutcomes = 3;

constexpr std::string_view to_string(Outcome outcome) {
  constexpr std::string_view names[] = {"approve", "review", "decline"};
  return names[static_cast<std::size_t>(outcome)];
}

struct NotedVerdict {
  std::uint32_t rule = 0;  // number of the rule
  std::uint16_t answer = ASSAY_NO_HIT;
  std::uint16_t reason = 0;  // number of the rule's reason; for hits
  std::int32_t score = 0;    // millionths, before the rule's weight
  Action action = Action::none;
  EvidenceValues evidence{};
  std::uint8_t absent_evidence = 0;  // bits of the pieces that the hit does not have
  RuleMode mode = RuleMode::live;    // what the rule counted as: its breaker may have demoted it
};

struct Decision {
  Outcome outcome = Outcome::approve;
  std::int32_t score = 0;  // millionths
  std::uint32_t first_verdict = 0;
  std::uint32_t verdict_count = 0;
};

struct Decisions {
  std::vector<Decision> rows;
  std::vector<NotedVerdict> verdicts;

  void clear() {
    rows.clear();
    verdicts.clear();
  }
  std::span<const NotedVerdict> of(std::uint32_t row) const {
    return std::span(verdicts).subspan(rows[row].first_verdict, rows[row].verdict_count);
  }
};

}  // namespace assay::core
