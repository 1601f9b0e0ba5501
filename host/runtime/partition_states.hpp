// The state of a worker's partitions: brought back when one is assigned, written from time to time,
// written once more when they are given up.
//
// A snapshot is of one partition, between two batches, at its next offset; it is taken in slices
// between later ones, of one partition at a time. It is used by a start that resumes there or
// behind; the records between are replayed. One that cannot be read, or does not fit, is set aside
// and told, and the next older one is tried; without any the log is replayed.
//
// Thread: the worker's.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/pipeline/shard.hpp"
#include "host/runtime/slice_pace.hpp"
#include "host/runtime/sliced_snapshot.hpp"
#include "host/runtime/state_keeper.hpp"

namespace assay::host {

class PartitionStates final {
 public:
  using Clock = std::chrono::steady_clock;
  using Shards = std::span<const std::unique_ptr<core::Shard>>;  // with gaps
  // A shard that has seen nothing and reads from there.
  using Make = std::function<std::unique_ptr<core::Shard>(core::Offset replay_from)>;

  // Null: nothing is written, nothing brought back. Else it outlives this.
  explicit PartitionStates(StateKeeper* keeper)
      : keeper_(keeper), plan_(keeper ? keeper->folder().plan() : std::string()) {}

  [[nodiscard]] bool kept() const { return keeper_ != nullptr; }

  // What a shard knew that resumes at `resume`, or null. `log_start`: from where on the log can be
  // replayed.
  [[nodiscard]] std::unique_ptr<core::Shard> restore(core::PartitionId partition,
                                                     core::Offset resume, core::Offset log_start,
                                                     const Make& make);

  // For a batch: see StateKeeper::enter(). Behind it the shards stand where they are.
  [[nodiscard]] BatchGate::Pass enter();
  void stand(Shards shards);

  // How far its steps have come, and how far the group knows of it: below that nothing is read
  // again, however long the brokers have not taken a commit.
  void delivered(core::PartitionId partition, core::Offset watermark, core::Offset acknowledged);
  // Between batches, whether or not there are any: a slice is taken where it is time to, of the
  // snapshot that is under way, or of the partition that is due for longest.
  void turn(Shards shards);
  // Of all, and waits until they are written or the time is over.
  void save_all(Shards shards, std::chrono::milliseconds patience);
  // The shards are of that plan from now on: what was under way of them is dropped, and the next
  // snapshot of each is due.
  void succeed(std::string plan, Shards shards);
  // The shard has ended: what was under way of it is dropped.
  void forget(core::PartitionId partition);

 private:
  struct Known {
    core::Offset delivered{0};  // where a start resumes, at least
    Clock::time_point due;
    SlicedSnapshot taking;
    core::Offset cut{0};  // of what is under way
  };
  Known& known(core::PartitionId partition);
  // Whether there is more to write than was written, and nothing of it is being written.
  [[nodiscard]] bool changed(const core::Shard& shard) const;
  core::Shard* next_due(Shards shards);
  bool take_slice(Shards shards, Clock::time_point until);
  bool begin(core::Shard& shard, Known& known);
  void finish(core::PartitionId partition, Known& known);
  void save(core::Shard& shard, Clock::time_point until);

  StateKeeper* keeper_;
  std::string plan_;  // of the shards
  std::map<core::PartitionId, Known> known_;
  SlicePace pace_;
  bool shared_first_ = false;  // whose turn it is: the partitions', or what they share
};

}  // namespace assay::host
