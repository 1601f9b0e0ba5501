// How far the slowest partition of each worker is, so that no worker runs ahead of another's.
//
// A worker that stands still (its sink is away and its memory full, or something does not come
// back) would hold the others for as long. So each gives a sign when it looks for something to
// read, and whoever has waited for `patience` in which another gave none waits for that one no
// longer, until it reads again. What it brings then is late for the stores that all share.
//
// Thread: each worker reports its own; anybody may ask.
#pragma once

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "host/kafka/lineup.hpp"

namespace assay::host {

class Pace final {
 public:
  using Clock = std::chrono::steady_clock;

  /// `alignment`: nanoseconds of event time. `patience`: on the clock, with a worker that stands
  /// still; longer than any batch takes.
  Pace(std::size_t workers, std::int64_t alignment,
       Clock::duration patience = std::chrono::seconds{10})
      : alignment_(alignment), patience_(patience), workers_(workers) {}

  [[nodiscard]] std::int64_t alignment() const { return alignment_; }
  [[nodiscard]] Clock::duration patience() const { return patience_; }
  [[nodiscard]] std::size_t workers() const { return workers_.size(); }

  void report(std::size_t worker, std::int64_t slowest) {
    workers_[worker].slowest.store(slowest, std::memory_order_release);
  }
  /// Of all workers that are waited for.
  [[nodiscard]] std::int64_t slowest() const { return slowest_but(workers_.size()); }
  /// Of those but one: it knows its own place better than its last report says.
  [[nodiscard]] std::int64_t slowest_but(std::size_t worker) const {
    auto found = Lineup::nobody;
    for (std::size_t i = 0; i < workers_.size(); ++i) {
      if (i == worker || workers_[i].passed.load(std::memory_order_relaxed)) continue;
      found = std::min(found, workers_[i].slowest.load(std::memory_order_acquire));
    }
    return found;
  }

  /// The worker looks for something to read, and is waited for again.
  void sign(std::size_t worker, Clock::time_point now) {
    workers_[worker].sign.store(now, std::memory_order_relaxed);
    workers_[worker].passed.store(false, std::memory_order_relaxed);
  }
  /// No more is waited for workers that hold others and have given no sign since then. Answers how
  /// many these are. One that gives its sign in this very moment may be among them, until its next.
  std::size_t pass_over(Clock::time_point since) {
    std::size_t found = 0;
    for (auto& one : workers_) {
      if (one.slowest.load(std::memory_order_relaxed) == Lineup::nobody) continue;
      if (one.sign.load(std::memory_order_relaxed) >= since) continue;
      if (!one.passed.exchange(true, std::memory_order_relaxed)) ++found;
    }
    passed_over_.fetch_add(found, std::memory_order_relaxed);
    return found;
  }
  /// How often a worker was passed over so far.
  [[nodiscard]] std::uint64_t passed_over() const {
    return passed_over_.load(std::memory_order_relaxed);
  }

 private:
  struct Worker {
    std::atomic<std::int64_t> slowest = Lineup::nobody;
    std::atomic<Clock::time_point> sign{Clock::time_point{}};
    std::atomic<bool> passed = false;
  };

  std::int64_t alignment_;
  Clock::duration patience_;
  std::vector<Worker> workers_;
  std::atomic<std::uint64_t> passed_over_ = 0;
};

}  // namespace assay::host
