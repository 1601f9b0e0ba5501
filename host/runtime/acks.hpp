// What comes back to a worker from the threads it handed things to.
//
// Sinks, dead letters and claims are answered through one mailbox per worker; the worker empties it
// between batches. An answer names the assignment's epoch, so one that comes late is recognised.
//
// Thread: put by any, taken by the worker.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <optional>
#include <utility>
#include <variant>
#include <vector>

#include "core/commit/offset_tracker.hpp"
#include "core/model/position.hpp"
#include "core/sinks/delivered.hpp"
#include "host/runtime/clock.hpp"

namespace assay::host {

// A step has delivered or dead-lettered every record of a batch, or hands it over to its fallback.
struct StepDone {
  core::PartitionId partition;
  core::Epoch epoch;
  core::OffsetTracker::Ticket ticket;
  std::size_t step;
  core::Delivered delivered;
};

// A dead letter is durable.
struct DeadLetterDone {
  core::PartitionId partition;
  core::Epoch epoch;
  core::OffsetTracker::Ticket ticket;
};

// Where the cursors of the claimed partitions stand, for the steps of one sink instance.
struct Claimed {
  struct Cursor {
    std::size_t step;
    core::PartitionId partition;
    std::optional<core::Offset> next;  // nothing: the step never stored anything of it
  };
  core::Epoch epoch;
  std::vector<Cursor> cursors;
};

// The partition must be claimed anew: another owner took it, or the database went back.
struct CursorMoved {
  enum class Why { fenced, database_behind } why;
  core::PartitionId partition;
  core::Epoch epoch;
};

using Ack = std::variant<StepDone, DeadLetterDone, Claimed, CursorMoved>;

class Mailbox final {
 public:
  explicit Mailbox(Clock& clock = Clock::real()) : clock_(&clock) {}

  void put(Ack ack) {
    {
      const std::lock_guard lock(mutex_);
      acks_.push_back(std::move(ack));
    }
    arrived_.notify_one();
  }

  // Swaps what has arrived into `into`, which is cleared first; waits up to `patience` for it.
  void take(std::vector<Ack>& into, std::chrono::milliseconds patience = {}) {
    into.clear();
    std::unique_lock lock(mutex_);
    if (patience.count() > 0) {
      clock_->wait_until(lock, arrived_, {}, clock_->now() + patience,
                         [&] { return !acks_.empty(); });
    }
    acks_.swap(into);
  }

 private:
  Clock* clock_;
  std::mutex mutex_;
  std::condition_variable_any arrived_;
  std::vector<Ack> acks_;
};

}  // namespace assay::host
