// Where the workers' state goes between two starts, and comes back from.
//
// Each worker has the state of its partitions written; what the partitions share is written as it
// was at a moment at which all workers stood between batches, with the next offset of every
// partition, in slices that one worker or another takes. On an assignment a partition's snapshot
// must fit two things: the record that is resumed at, and the shared stores, which must have
// counted everything that the partition's own state knows.
//
// Thread: any, unless a function says otherwise.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include "core/features/shared_history.hpp"
#include "host/runtime/batch_gate.hpp"
#include "host/runtime/shared_state.hpp"
#include "host/runtime/sliced_snapshot.hpp"
#include "host/runtime/snapshot_thread.hpp"
#include "host/state/snapshot_folder.hpp"

namespace assay::host {

class StateKeeper final {
 public:
  using Clock = std::chrono::steady_clock;

  // `shared` outlives it; null where no store is shared.
  StateKeeper(SnapshotFolder folder, std::chrono::milliseconds interval,
              core::SharedHistory* shared, const SnapshotLimits& limits = {});

  [[nodiscard]] const SnapshotFolder& folder() const { return folder_; }
  [[nodiscard]] std::chrono::milliseconds interval() const { return interval_; }
  [[nodiscard]] const SnapshotLimits& limits() const { return limits_; }

  // --- what is shared --------------------------------------------------------------------------

  // From the newest good snapshot. Thread: control, before the workers.
  void restore_shared();
  // A batch of a worker; nothing where nothing is shared.
  [[nodiscard]] BatchGate::Pass enter();
  // Where a partition stands behind a batch; while the pass is held.
  void stand(core::PartitionId partition, core::Offset next);
  // Takes a slice of what is shared, up to that time, where one is due or under way and nobody else
  // is at it. False: nothing was done. Thread: a worker, between batches.
  bool turn(Clock::time_point until);
  // The last one. Thread: control, when no worker is at work.
  void finish();
  // `change` makes what is shared that of another plan: what is being taken of it ends, nobody else
  // looks at it meanwhile, and the next one is due. Thread: control, while all workers stand
  // between batches.
  void succeed(std::string plan, const std::function<void()>& change);

  // --- partitions ------------------------------------------------------------------------------

  // What a snapshot's offset may be at most for a partition that resumes there.
  [[nodiscard]] core::Offset fitting(core::PartitionId partition, core::Offset resume) const;
  // It was given to a worker, which goes on from the snapshot at that offset; 0: from none.
  void begin(core::PartitionId partition, core::Offset snapshot);
  // What is on disk of it, or on its way there, is of a plan that is no longer in force.
  void begin_anew(core::PartitionId partition);
  // The offset of its newest snapshot on disk, or 0.
  [[nodiscard]] core::Offset saved(core::PartitionId partition) const;
  // For a snapshot at that offset, where none of the partition is under way.
  [[nodiscard]] std::shared_ptr<SnapshotPipe> open(core::PartitionId partition, core::Offset next,
                                                   std::int64_t newest, std::string plan);
  // `delivered`: what lies below it will not be read again, by what the brokers acknowledged.
  // Answers which number of snapshots a
  // start can use.
  [[nodiscard]] std::uint64_t usable(core::PartitionId partition, core::Offset delivered) const;
  [[nodiscard]] bool busy(core::PartitionId partition) const;
  // Until nothing of it is being written; false when the time is over.
  bool wait_for(core::PartitionId partition, Clock::time_point until) const {
    return thread_.wait_for({partition}, until);
  }
  bool flush(std::chrono::milliseconds patience) { return thread_.flush(patience); }

  [[nodiscard]] SnapshotReport report() const { return thread_.report(); }

 private:
  using Positions = std::map<core::PartitionId, core::Offset>;
  // 0 where it stands nowhere.
  static core::Offset position(const Positions& positions, core::PartitionId partition);
  bool begin_shared();

  SnapshotFolder folder_;
  std::chrono::milliseconds interval_;
  SnapshotLimits limits_;
  core::SharedHistory* shared_;
  BatchGate gate_;
  std::mutex turn_;  // who takes the shared snapshot, and what is below
  std::optional<SharedState> shared_state_;
  SlicedSnapshot taking_;
  Clock::time_point next_shared_;
  std::string plan_;          // of what is shared
  std::uint64_t number_ = 0;  // of the last shared one

  mutable std::mutex mutex_;
  Positions standing_;                               // up to where the shared stores have counted
  Positions written_;                                // the same, in the newest snapshot on disk
  Positions saved_;                                  // of the partitions' own
  std::uint64_t plans_ = 0;                          // that were left, of what is shared
  std::map<core::PartitionId, std::uint64_t> anew_;  // the same, of each partition
  SnapshotThread thread_;                            // last: its orders look at the rest
};

}  // namespace assay::host
