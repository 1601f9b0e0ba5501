// What a demonstration has come to, and how that is said.
//
// Thread: any; plain values.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "host/demo/demo_store.hpp"
#include "host/produce/fraud_pattern.hpp"

namespace assay::host {

struct DemoFacts {
  struct Rule {
    std::string id;
    std::uint64_t hits = 0;
    std::uint64_t genuine = 0;  // of live hits, those behind a genuine payment that was flagged
  };
  struct Found {
    std::uint64_t injected = 0;
    std::uint64_t found = 0;
  };
  // An incident is found when one of its transactions or more is flagged: the first payments of a
  // burst are over no limit yet.
  struct Pattern {
    Found transactions;
    Found incidents;
    Found strong;  // incidents of `kStrong` times the usual limit or more
  };
  static constexpr double kStrong = 1.5;

  std::uint64_t produced = 0;  // messages, the broken ones too
  std::uint64_t broken = 0;
  std::uint64_t decided = 0;
  std::uint64_t dead_lettered = 0;
  std::uint64_t duplicates = 0;
  std::uint64_t mails = 0;
  std::uint64_t genuine_flagged = 0;
  std::array<Pattern, fraud_pattern_count> patterns{};
  std::vector<Rule> rules;
  StoredFacts stored;
  std::optional<FlaggedRow> explained;
  double seconds = 0;
  std::vector<std::string> look;

  // Produced, and neither stored, dead-lettered nor a duplicate; below zero something is stored
  // twice.
  [[nodiscard]] std::int64_t lost() const;
  [[nodiscard]] Pattern frauds() const;
};

// Joins what is stored with the ground truth, one JSON text a label: patterns, genuine_flagged,
// what the rules have to do with that, explained. False: a label cannot be read.
[[nodiscard]] bool judge_by_labels(const std::vector<std::string>& labels, DemoFacts& facts);

[[nodiscard]] std::string human_report(const DemoFacts& facts, bool colour);
// One object on one line.
[[nodiscard]] std::string json_report(const DemoFacts& facts);

}  // namespace assay::host
