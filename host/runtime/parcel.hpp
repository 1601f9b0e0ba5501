// One batch of records on its way through a sink's thread.
//
// Thread: put by a worker, owned by the sink's thread from then on.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <vector>

#include "core/commit/offset_tracker.hpp"
#include "core/model/position.hpp"
#include "core/sinks/deferred_block.hpp"
#include "core/sinks/delivered.hpp"
#include "core/sinks/record_block.hpp"
#include "core/sinks/step.hpp"
#include "host/runtime/acks.hpp"

namespace assay::host {

struct Parcel {
  std::size_t step = 0;
  core::PartitionId partition;
  core::Epoch epoch;
  core::OffsetTracker::Ticket ticket = 0;
  core::RecordBlock block;
  std::vector<core::DeferredBlock> deferred;  // for the sink's outbox
  Mailbox* sender = nullptr;
  std::optional<core::Step::Fallback> fallback;  // of the step
  core::Delivered delivered;                     // what became of it so far
  std::chrono::steady_clock::time_point queued_at;

  [[nodiscard]] std::size_t bytes() const {
    auto sum = block.bytes();
    for (const auto& one : deferred) sum += one.block.bytes();
    return sum;
  }
  [[nodiscard]] std::size_t rows() const {
    std::size_t sum = block.rows();
    for (const auto& one : deferred) sum += one.block.rows();
    return sum;
  }

  void acknowledge() const { sender->put(StepDone{partition, epoch, ticket, step, delivered}); }
};

}  // namespace assay::host
