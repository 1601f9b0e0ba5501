// How often a worker may take a slice of a snapshot: a share of its time, whatever a slice took.
//
// Slices rest in proportion to their length, counted from where they begin, so no second holds more
// than the share, and one that took longer than it should puts the next one off.
//
// Thread: the worker's.
#pragma once

#include <chrono>

#include "host/runtime/snapshot_limits.hpp"

namespace assay::host {

class SlicePace final {
 public:
  using Clock = std::chrono::steady_clock;

  [[nodiscard]] bool ready(Clock::time_point now) const { return now >= next_; }
  void took(const SnapshotLimits& limits, Clock::time_point begun, Clock::time_point ended) {
    next_ = begun + (ended - begun) * limits.rest;
  }

 private:
  Clock::time_point next_{};
};

}  // namespace assay::host
