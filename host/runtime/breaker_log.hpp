// Tells of the breakers of a worker's rules, once when one alarms and once when it is over.
//
// Thread: the worker's.
#pragma once

#include <cstdint>
#include <vector>

#include "core/pipeline/pipeline.hpp"

namespace assay::host {

class BreakerLog final {
 public:
  // The rules must outlive it.
  explicit BreakerLog(const std::vector<core::RuleInfo>& rules)
      : rules_(&rules), told_(rules.size()) {}
  // Goes on from there: what stands in the counters was told before.
  BreakerLog(const std::vector<core::RuleInfo>& rules,
             const std::vector<core::PipelineCounters::Rule>& counters)
      : BreakerLog(rules) {
    for (std::size_t i = 0; i < told_.size(); ++i) {
      told_[i] = {counters[i].breaker.rises, counters[i].breaker.up != 0};
    }
  }

  // After each batch; `counters` in the order of the rules.
  void tell(const std::vector<core::PipelineCounters::Rule>& counters);

 private:
  struct Told {
    std::uint64_t rises = 0;
    bool up = false;
  };

  const std::vector<core::RuleInfo>* rules_;
  std::vector<Told> told_;
};

}  // namespace assay::host
