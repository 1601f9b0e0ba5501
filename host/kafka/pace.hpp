// How far the slowest partition of each worker is, so that no worker runs ahead of another's.
//
// Thread: each worker reports its own; anybody may ask.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "host/kafka/lineup.hpp"

namespace assay::host {

class Pace final {
 public:
  /// `alignment`: nanoseconds of event time.
  Pace(std::size_t workers, std::int64_t alignment) : alignment_(alignment), slowest_(workers) {
    for (auto& one : slowest_) one = Lineup::nobody;
  }

  [[nodiscard]] std::int64_t alignment() const { return alignment_; }
  [[nodiscard]] std::size_t workers() const { return slowest_.size(); }

  void report(std::size_t worker, std::int64_t slowest) {
    slowest_[worker].store(slowest, std::memory_order_relaxed);
  }
  /// Of all workers.
  [[nodiscard]] std::int64_t slowest() const {
    auto found = Lineup::nobody;
    for (const auto& one : slowest_) found = std::min(found, one.load(std::memory_order_relaxed));
    return found;
  }

 private:
  std::int64_t alignment_;
  std::vector<std::atomic<std::int64_t>> slowest_;  // by worker
};

}  // namespace assay::host
