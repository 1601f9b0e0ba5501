// The breakers of a worker's rules: a rule that hits far more than it should is a bad rule or an
// attack, and somebody must be told.
//
// Each transaction is counted after it is decided, so a decision depends on nothing but what came
// before it. While the alarm of a rule that asked for it is up, the rule counts as a shadow rule:
// judged and noted, never acted on. It goes on being counted, and is live again when the alarm
// falls.
//
// Thread: the worker that owns it.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/decision/alarm.hpp"
#include "core/model/rule_info.hpp"
#include "core/model/state_stream.hpp"
#include "core/model/verdict_table.hpp"

namespace assay::core {

class Breakers final {
 public:
  // The rules must outlive it.
  explicit Breakers(const std::vector<RuleInfo>& rules);

  struct Breaker {
    std::uint32_t rule;  // its number
    Alarm alarm;
  };

  // What the rule counts as for the next transaction.
  RuleMode mode(std::uint32_t rule) const { return modes_[rule]; }

  // Counts the transaction of that row.
  void see(std::int64_t event_time, const VerdictTable& verdicts, std::uint32_t row);

  // Those of the rules that have one.
  std::span<const Breaker> all() const { return breakers_; }
  bool demoted(const Breaker& breaker) const;

  // Takes the alarms of the rules that `elder` has in the same version, with the same limits.
  void succeed(const Breakers& elder);

  void save(StateSink& to) const;
  // Takes the state of the rules that are still there in the same version and with the same window.
  // False where the bytes are damaged: then nothing has changed.
  [[nodiscard]] bool load(StateSource& from);

 private:
  void set_mode(const Breaker& breaker);

  const std::vector<RuleInfo>* rules_;
  std::vector<RuleMode> modes_;  // by rule
  std::vector<Breaker> breakers_;
};

}  // namespace assay::core
