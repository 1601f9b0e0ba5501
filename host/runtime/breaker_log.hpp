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
