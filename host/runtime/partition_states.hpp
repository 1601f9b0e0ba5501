// The state of a worker's partitions: brought back when one is assigned, written from time to time,
// written once more when they are given up.
//
// A snapshot is of one partition, between two batches, at its next offset. It is used by a start
// that resumes there or behind; the records between are replayed. One that cannot be read, or does
// not fit, is set aside and told, and the next older one is tried; without any the log is replayed.
//
// Thread: the worker's.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <vector>

#include "core/pipeline/shard.hpp"
#include "host/runtime/state_keeper.hpp"

namespace assay::host {

class PartitionStates final {
 public:
  using Clock = std::chrono::steady_clock;
  using Shards = std::span<const std::unique_ptr<core::Shard>>;  // with gaps
  // A shard that has seen nothing and reads from there.
  using Make = std::function<std::unique_ptr<core::Shard>(core::Offset replay_from)>;

  // Null: nothing is written, nothing brought back. Else it outlives this.
  explicit PartitionStates(StateKeeper* keeper) : keeper_(keeper) {}

  [[nodiscard]] bool kept() const { return keeper_ != nullptr; }

  // What a shard knew that resumes at `resume`, or null. `log_start`: from where on the log can be
  // replayed.
  [[nodiscard]] std::unique_ptr<core::Shard> restore(core::PartitionId partition,
                                                     core::Offset resume, core::Offset log_start,
                                                     const Make& make);

  // For a batch: see StateKeeper::enter(). Behind it the shards stand where they are.
  [[nodiscard]] BatchGate::Pass enter();
  void stand(Shards shards);

  // What lies below will not be read again.
  void delivered(core::PartitionId partition, core::Offset next);
  // Between batches: at most one snapshot is taken, of the partition that is due for longest.
  void turn(Shards shards);
  // Of all, and waits until they are written or the time is over.
  void save_all(Shards shards, std::chrono::milliseconds patience);
  void forget(core::PartitionId partition) { known_.erase(partition); }

 private:
  struct Known {
    core::Offset delivered{0};
    Clock::time_point due;
  };
  Known& known(core::PartitionId partition);
  // Whether there is more to write than was written, and nothing of it is being written.
  [[nodiscard]] bool changed(const core::Shard& shard) const;
  void save(core::Shard& shard);

  StateKeeper* keeper_;
  std::map<core::PartitionId, Known> known_;
};

}  // namespace assay::host
