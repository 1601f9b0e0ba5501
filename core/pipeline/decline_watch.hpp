// Whoever counts what all workers decline together: the cap on declines is the engine's, not a
// worker's.
//
// Told of each batch once its decisions are taken. It changes none of them.
//
// Thread: called by every worker's own.
#pragma once

#include <cstdint>
#include <span>

#include "core/model/alarm_limits.hpp"
#include "core/model/decision.hpp"

namespace assay::core {

class DeclineWatch {
 public:
  virtual ~DeclineWatch() = default;
  // One event time (nanoseconds since 1970, or kCountedBefore) for each decision.
  virtual void see(std::span<const std::int64_t> event_times,
                   std::span<const Decision> decisions) = 0;
};

}  // namespace assay::core
