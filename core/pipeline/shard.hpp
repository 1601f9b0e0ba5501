// Everything that belongs to one assigned partition: what is in flight, which step got what, what
// may be committed.
//
// A flight is one batch of the partition on its way through the chain steps. Each step receives the
// flights in order. A flight leaves once its own dead letters are acknowledged, so no cursor ever
// passes a record whose dead letter might be lost; a step with `after` gets it when the earlier
// step has delivered it. A fallback's records wait in the flight until its step says which of them
// it hands over. Acknowledgements name the flight's ticket and the shard's epoch; whoever
// sends a stale one finds no shard to send it to.
//
// Thread: the worker that owns the partition.
#pragma once

#include <algorithm>
#include <cstdint>
#include <deque>
#include <memory>
#include <memory_resource>
#include <optional>
#include <string>
#include <tl/expected.hpp>
#include <utility>
#include <vector>

#include "core/commit/offset_tracker.hpp"
#include "core/features/partition_history.hpp"
#include "core/model/position.hpp"
#include "core/pipeline/alert_memory.hpp"
#include "core/pipeline/diversions.hpp"
#include "core/pipeline/duplicates.hpp"
#include "core/rules/partition_rules.hpp"
#include "core/sinks/deferred_block.hpp"
#include "core/sinks/delivered.hpp"
#include "core/sinks/record_block.hpp"
#include "core/sinks/step.hpp"

namespace assay::core {

// Where flights leave to; the host puts them into a sink's queue.
class Dispatcher {
 public:
  virtual ~Dispatcher() = default;

  // False where an optional step cannot take it now: the batch is then dropped and counted, with
  // what rides along.
  virtual bool dispatch(std::size_t step, PartitionId partition, Epoch epoch,
                        OffsetTracker::Ticket ticket, RecordBlock block,
                        std::vector<DeferredBlock> deferred) = 0;
};

class Shard final {
 public:
  struct Start {
    PartitionId partition;
    Epoch epoch;
    Offset resume;
    // Per step: what lies below was stored before; the step skips it.
    std::vector<Offset> cursors;
    std::int64_t dedupe_horizon = 0;        // nanoseconds of event time
    const FeaturePlan* features = nullptr;  // null: no history is kept
    std::size_t history_bytes = 0;          // what history may take; 0: no limit
    // Records from here to `resume` are replayed: they restore what is remembered, and nothing else
    // comes of them. Nothing: there is nothing to restore.
    std::optional<Offset> replay_from = {};
    // For the table of ids; outlives the shard.
    std::pmr::memory_resource* memory = std::pmr::get_default_resource();
    std::unique_ptr<PartitionRules> rules = nullptr;  // null where no rule is stateful
  };

  // `steps` and the plan of the features must outlive the shard.
  Shard(const std::vector<Step>& steps, Start start);

  PartitionId partition() const { return start_.partition; }
  Epoch epoch() const { return start_.epoch; }
  // A deferred step has none of its own.
  Offset cursor(std::size_t step) const {
    return start_.cursors[(*steps_)[step].rides_with.value_or(step)];
  }
  Duplicates& duplicates() { return duplicates_; }
  // What the partition's own features remember; null where there are none.
  PartitionHistory* history() { return history_.get(); }
  // Of a step with a cooldown.
  AlertMemory& alerts(std::size_t step) { return *alerts_[step]; }
  // The partition's instances of stateful rules; null where there are none.
  PartitionRules* rules() { return start_.rules.get(); }

  // Between two batches: the steps, which are the same but for what their sinks bound, and the
  // features are those of another plan from now on; see PartitionHistory::succeed(). Ends a
  // snapshot that is being taken. Both must outlive the shard; `features` may be null.
  void succeed(const std::vector<Step>& steps, const FeaturePlan* features,
               std::size_t history_bytes);
  // Others in their place; answers those that were there.
  std::unique_ptr<PartitionRules> exchange_rules(std::unique_ptr<PartitionRules> rules) {
    return std::exchange(start_.rules, std::move(rules));
  }

  // Whether a record is only replayed.
  bool muted(Offset offset) const { return offset < start_.resume; }
  // Whether it was, or will be.
  bool replayed(Offset offset) const {
    return start_.replay_from && offset >= *start_.replay_from && muted(offset);
  }
  // Records that are still to be replayed, gaps in the log included.
  std::int64_t left_to_replay() const {
    return std::max<std::int64_t>(0, start_.resume.value - 1 - last_seen_.value);
  }

  // The first record that has not been seen: between two batches, what is remembered is as of it.
  Offset next() const { return last_seen_.next(); }
  // Event time seen, nanoseconds since 1970. Answers the newest.
  std::int64_t see_time(std::int64_t event_time) { return newest_ = std::max(newest_, event_time); }
  std::int64_t newest() const { return newest_; }

  // Everything that is remembered, as it is between two batches: ids, history, the state of rules.
  // Rules are saved at once, and the error says which one failed; the rest follows in slices while
  // batches go on, see HistoryStore. The sink stays until nothing is left, or stop_save().
  [[nodiscard]] tl::expected<void, std::string> begin_save(StateSink& sink);
  // True when nothing is left; the snapshot is whole then, unless it was stopped.
  bool save_some(std::size_t work);
  void stop_save();
  // Into a shard that has seen nothing. After an error it must not be used.
  [[nodiscard]] tl::expected<void, std::string> load(StateSource& source);

  // False for an offset at or below the last one seen: the log does not go back, so this record was
  // here before.
  bool accept(Offset offset);
  // Takes the newest accepted offset back: its record could not be taken yet.
  void unsee(Offset offset) { last_seen_ = {offset.value - 1}; }

  // A batch leaves the worker: one block for each step, empty where the step gets nothing.
  struct Departure {
    Offset next;
    RecordCounts counts;
    std::uint32_t dead_letters = 0;  // of which the acknowledgement is awaited
    std::vector<RecordBlock> blocks;
  };
  OffsetTracker::Ticket depart(Departure departure, Dispatcher& dispatcher);

  // Acknowledgements.
  void dead_letter_done(OffsetTracker::Ticket ticket, Dispatcher& dispatcher);
  void step_done(OffsetTracker::Ticket ticket, std::size_t step, const Delivered& delivered,
                 Dispatcher& dispatcher);

  const OffsetTracker& tracker() const { return tracker_; }
  bool idle() const { return flights_.empty(); }
  // Of blocks that were built and are not delivered yet.
  std::size_t bytes_in_flight() const { return bytes_; }
  const DiversionsByStep& diversions() const { return diversions_; }

 private:
  struct Parcel {
    enum class State { none, waiting, sent, done } state = State::none;
    RecordBlock block;
    std::vector<DeferredBlock> deferred;  // what rides along
    std::size_t bytes = 0;                // of all of it
    std::uint32_t rows = 0;
  };
  struct Flight {
    std::uint32_t dead_letters = 0;
    std::uint32_t open_parcels = 0;
    std::vector<Parcel> parcels;  // one per step
  };

  Flight& flight(OffsetTracker::Ticket ticket);
  void ride(std::size_t step, RecordBlock block, Parcel& parcel);
  bool may_leave(const Flight& flight, std::size_t step) const;
  bool passed(const Flight& flight, std::size_t step) const;
  void send_ready(Dispatcher& dispatcher);
  void settle(OffsetTracker::Ticket ticket, Flight& flight, std::size_t step,
              const Delivered& delivered);
  void fall_back(OffsetTracker::Ticket ticket, Flight& flight, std::size_t step,
                 std::size_t fallback, const std::vector<bool>& handed_over);
  void finish(OffsetTracker::Ticket ticket, Flight& flight, std::size_t step,
              std::uint64_t rejected);
  void forget_finished();

  const std::vector<Step>* steps_;
  Start start_;
  Offset last_seen_;
  std::int64_t newest_ = 0;
  OffsetTracker tracker_;
  Duplicates duplicates_;
  std::unique_ptr<PartitionHistory> history_;
  StateSink* saving_ = nullptr;  // where a snapshot goes whose end is not written yet
  std::deque<Flight> flights_;
  OffsetTracker::Ticket first_ = 0;             // of flights_.front()
  std::vector<OffsetTracker::Ticket> to_send_;  // per step: the next flight to look at
  std::size_t bytes_ = 0;
  std::vector<std::optional<AlertMemory>> alerts_;  // by step
  DiversionsByStep diversions_;
};

}  // namespace assay::core
