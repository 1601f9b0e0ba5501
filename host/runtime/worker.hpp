// One worker: a consumer, the shards of its partitions, and the loop that joins them.
//
// The loop takes what came back (acknowledgements, claims), follows the group's assignments, reads
// what is there into a batch, runs it through the pipeline and hands it to the sinks. It stops
// reading before the memory budget is gone and keeps serving the group meanwhile. With other
// workers it shares the sinks' queues, and what it is handed: stores of history, holders, the pace,
// the cap.
//
// Thread: run() belongs to the worker's own; snapshot() and the mailbox to any.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "core/pipeline/pipeline.hpp"
#include "core/pipeline/shards.hpp"
#include "host/kafka/dead_letters.hpp"
#include "host/kafka/message_source.hpp"
#include "host/runtime/acks.hpp"
#include "host/runtime/batch_gate.hpp"
#include "host/runtime/breaker_log.hpp"
#include "host/runtime/clock.hpp"
#include "host/runtime/histogram.hpp"
#include "host/runtime/large_pages.hpp"
#include "host/runtime/partition_states.hpp"
#include "host/runtime/sink_route.hpp"
#include "host/runtime/succession.hpp"
#include "host/runtime/waiting_partitions.hpp"

namespace assay::host {

struct WorkerOptions {
  std::size_t memory = 64 << 20;              // bytes of records on their way to the sinks
  std::size_t sharers = 1;                    // workers that send dead letters to the same place
  std::chrono::milliseconds grace{20'000};    // for a drain
  std::chrono::milliseconds session{45'000};  // the group's session timeout
  SourceConfig::OnGap on_gap = SourceConfig::OnGap::halt;
  // Nanoseconds between the time of an event and the stamp of its record, at most: so much further
  // back than the longest window a replay begins.
  std::int64_t skew = 3'600 * second_ns;
};

struct WorkerSnapshot {
  core::PipelineCounters counters;
  core::RecordCounts completed;
  std::uint64_t in_flight = 0;
  std::uint64_t abandoned = 0;  // read, then given up with their partition: read again by its owner
  std::uint64_t records_expired = 0;
  std::uint64_t left_to_replay = 0;  // records, before anything new is judged
  std::uint64_t holders_unknown = 0;
  core::DiversionsByStep diversions;
  std::size_t partitions = 0;
  std::map<std::int32_t, std::string> halted;  // partition: why
  // Partitions with records that wait for a slower partition, of this worker or of another.
  std::size_t held = 0;
  bool paused = false;
  Histogram decided;  // from the first record of a batch to its decisions; by transaction
  Histogram age;      // from the stamp of a record to its decision, of the last one of each batch
  std::uint64_t rebalances = 0;
  std::string trouble;  // what keeps it from the brokers; empty while they answer
  std::vector<WaitingPartitions::Reading> partitions_read;  // looked at once a second
  std::shared_ptr<const core::Blueprint> blueprint;         // that the counters are of
  std::string in_plugin;  // whose call the loop is in just now; empty for none
  // When the loop last came round: one that stands longer than a drain takes is stuck.
  std::chrono::steady_clock::time_point turned = std::chrono::steady_clock::now();
};

class Worker final : private core::Outlet, private core::Dispatcher {
 public:
  enum class End { stopped, fenced, failed };

  struct Parts {
    const core::Blueprint* blueprint = nullptr;
    core::Pipeline::Parts pipeline;
    std::unique_ptr<MessageSource> consumer;
    std::function<std::unique_ptr<MessageSource>()>
        reopen;                     // another like it; null: it cannot be made
    std::vector<SinkRoute*> sinks;  // by number, as in the blueprint's steps
    DeadLetters* dead_letters = nullptr;
    const PayloadKey* payload_key = nullptr;  // none: dead letters carry no hash of the payload
    std::function<std::uint64_t()> holders_unknown;  // asked on the worker's thread; may be empty
    // Makes the instances of stateful rules when a partition is assigned; empty where there are
    // none.
    std::function<std::unique_ptr<core::PartitionRules>(core::PartitionId)> partition_rules;
    StateKeeper* state = nullptr;  // null: what is remembered ends with the worker
    std::uint32_t number = 0;
    std::size_t history_bytes = 0;  // of each partition; 0: no limit
    TransactionalDelivery::Stream stream;
    WorkerOptions options;
    Clock* clock = &Clock::real();
    // Held for each batch, so that whoever closes it sees all workers between batches; may be null.
    BatchGate* swaps = nullptr;
  };
  // What the parts point to must outlive the worker.
  explicit Worker(Parts parts);

  // From its next batch on it judges with `next`; what it remembers and counts goes on. One at a
  // time: not before predecessor() has answered. Where partitions share history, that must be of
  // the next plan already, and no worker in a batch. Thread: control.
  void succeed(Succession next);
  // What it has left behind, once; nothing while it is still in use. Thread: control.
  [[nodiscard]] std::optional<Succession> predecessor();

  // Until the stop; then drains within the grace time, unless `hurry` is set.
  End run(const std::stop_token& stop, const std::atomic<bool>& hurry);

  [[nodiscard]] WorkerSnapshot snapshot() const;

 private:
  class Marked;
  // Nothing: not tried yet. Null: there is no snapshot that fits.
  using Restored = std::optional<std::unique_ptr<core::Shard>>;
  // Partitions whose cursors are being claimed.
  struct PendingClaim {
    core::Epoch epoch;
    std::vector<core::PartitionId> partitions;
    std::size_t outstanding = 0;
    std::vector<Claimed::Cursor> cursors;
    bool rewind = false;     // of a partition that is read already
    bool went_back = false;  // the database lost what it had
    // Set when the partitions are given up before the sinks have taken them.
    std::shared_ptr<std::atomic<bool>> withdrawn = std::make_shared<std::atomic<bool>>(false);
    Clock::Moment not_before{};
    // Once the cursors are known: where each partition resumes, and its shard from a snapshot.
    std::vector<Position> resume;
    std::vector<Restored> restored;
  };

  void take(core::Shard& shard, core::Shard::Departure departure,
            std::vector<core::Reject> rejects) override;
  bool dispatch(std::size_t step, core::PartitionId partition, core::Epoch epoch,
                core::OffsetTracker::Ticket ticket, core::RecordBlock block,
                std::vector<core::DeferredBlock> deferred) override;

  void handle_acks(std::chrono::milliseconds patience);
  void handle(const StepDone& done);
  void handle(const DeadLetterDone& done);
  void handle(const Claimed& claimed);
  void handle(const CursorMoved& moved);

  void follow_group(const std::atomic<bool>& hurry);
  void follow_gaps();
  PendingClaim& claim(std::vector<core::PartitionId> partitions, Clock::Moment not_before);
  void withdraw_claims();
  void send_claims(PendingClaim& pending);
  void resolve_claims();
  std::optional<std::vector<Position>> resume_positions(const PendingClaim& pending);
  std::optional<std::vector<Position>> open_shards(PendingClaim& pending);
  bool restore(const PendingClaim& pending, Position position, Restored& restored);
  std::unique_ptr<core::Shard> make_shard(const PendingClaim& pending, Position position,
                                          core::Offset replay_from);
  std::optional<std::vector<Position>> replay_positions(const std::vector<Position>& resume);
  void tell_replay();
  void tell_alignment();

  bool outlived_by_rival(const std::stop_token& stop);
  void take_over();
  void hand_over(core::Shard& shard, const Succession& next);
  void read(std::chrono::milliseconds patience);
  bool over_budget();
  void run_batch();
  void drain(const std::atomic<bool>& hurry);
  void give_up(const std::atomic<bool>& hurry);
  void drop_shard(core::PartitionId partition);
  void drop_shards();
  void commit(bool wait);
  void publish();
  void look_at_partitions();
  void rest(const std::stop_token& stop, std::chrono::milliseconds time);

  Clock* clock_;
  BatchGate* swaps_;
  std::shared_ptr<const core::Blueprint> blueprint_;
  std::unique_ptr<core::Pipeline> pipeline_;
  std::unique_ptr<MessageSource> consumer_;
  std::function<std::unique_ptr<MessageSource>()> reopen_;
  std::vector<SinkRoute*> sinks_;
  DeadLetters* dead_letters_;
  const PayloadKey* payload_key_;
  std::function<std::uint64_t()> holders_unknown_;
  std::function<std::unique_ptr<core::PartitionRules>(core::PartitionId)> partition_rules_;
  PartitionStates states_;
  std::uint32_t number_;
  std::size_t history_bytes_;
  TransactionalDelivery::Stream stream_;
  WorkerOptions options_;

  BreakerLog breaker_log_;
  Mailbox mailbox_;
  std::vector<Ack> acks_;
  LargePages large_pages_;
  core::Shards shards_;
  std::vector<PendingClaim> claims_;
  std::uint64_t last_epoch_ = 0;
  std::map<std::int32_t, std::string> halted_;
  core::RecordCounts closed_;  // of shards that are gone
  std::uint64_t abandoned_ = 0;
  std::uint64_t records_expired_ = 0;
  core::DiversionsByStep closed_diversions_;
  Clock::Moment batch_began_{};
  std::int64_t last_stamp_ = 0;  // of the batch: nanoseconds since 1970
  Histogram decided_;
  Histogram age_;
  bool paused_ = false;
  bool gave_back_ = false;  // memory, in this pause
  bool leaving_ = false;    // the partitions are being given up: nothing is claimed any more
  std::optional<Clock::Moment> over_since_;
  Clock::Moment next_commit_{};
  std::uint64_t left_to_replay_ = 0;
  Clock::Moment tell_replay_{};
  std::size_t held_ = 0;
  std::optional<Clock::Moment> held_since_;
  bool told_held_ = false;
  WaitingPartitions waiting_;
  Clock::Moment look_at_partitions_{};
  std::uint64_t rebalances_ = 0;              // of consumers that are gone
  std::uint64_t holders_unknown_before_ = 0;  // by joins that are gone

  std::mutex succession_mutex_;
  std::atomic<bool> has_next_ = false;
  std::optional<Succession> next_;  // under the mutex

  mutable std::mutex snapshot_mutex_;
  // Of the thread that runs it; under the mutex.
  const std::atomic<const char*>* mark_ = nullptr;
  WorkerSnapshot snapshot_;
  // Under it as well: whoever has it may end the plugins that a mark was of.
  std::optional<Succession> left_;
};

}  // namespace assay::host
