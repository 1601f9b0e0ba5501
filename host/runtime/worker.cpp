#include "host/runtime/worker.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <numeric>
#include <utility>

#include "host/plugins/plugin_door.hpp"
#include "host/runtime/heap.hpp"

namespace assay::host {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kIdle{20};         // how long a poll waits when nothing is under way
constexpr milliseconds kBusy{1};          // and when answers are awaited
constexpr milliseconds kShortStall{100};  // a stall up to this is waited out without a pause
// By then librdkafka has thrown away what it had fetched ahead.
constexpr milliseconds kGiveBackAfter{1'000};
constexpr milliseconds kCommitEvery{1'000};  // of positions to Kafka
constexpr milliseconds kLookAtPartitionsEvery{1'000};
constexpr milliseconds kAskBroker{5'000};
constexpr milliseconds kAskAgain{1'000};
constexpr milliseconds kSessionMargin{1'000};  // the broker looks at sessions when it comes to it
// A pause throws the prefetched records away, so it begins late and ends late (80 and 40 percent).
constexpr std::size_t kHigh = 80;
constexpr std::size_t kLow = 40;

std::uint64_t decisions(const core::PipelineCounters& counters) {
  return std::accumulate(counters.decisions.begin(), counters.decisions.end(), std::uint64_t{0});
}

}  // namespace

Worker::Worker(Parts parts)
    : clock_(parts.clock),
      swaps_(parts.swaps),
      // The caller's; those that come later are shared.
      blueprint_(std::shared_ptr<void>(), parts.blueprint),
      pipeline_(std::make_unique<core::Pipeline>(*parts.blueprint, std::move(parts.pipeline))),
      consumer_(std::move(parts.consumer)),
      reopen_(std::move(parts.reopen)),
      sinks_(std::move(parts.sinks)),
      dead_letters_(parts.dead_letters),
      payload_key_(parts.payload_key),
      holders_unknown_(std::move(parts.holders_unknown)),
      partition_rules_(std::move(parts.partition_rules)),
      states_(parts.state),
      number_(parts.number),
      history_bytes_(parts.history_bytes),
      stream_(std::move(parts.stream)),
      options_(parts.options),
      breaker_log_(parts.blueprint->rules),
      mailbox_(*parts.clock) {}

// Shows in which plugin the thread is, for as long as it runs the worker.
class Worker::Marked {
 public:
  explicit Marked(Worker& worker) : worker_(&worker) { set(&in_plugin); }
  ~Marked() { set(nullptr); }
  Marked(const Marked&) = delete;
  Marked& operator=(const Marked&) = delete;

 private:
  void set(const std::atomic<const char*>* mark) {
    const std::lock_guard lock(worker_->snapshot_mutex_);
    worker_->mark_ = mark;
  }
  Worker* worker_;
};

Worker::End Worker::run(const std::stop_token& stop, const std::atomic<bool>& hurry) {
  const Marked marked(*this);
  while (!stop.stop_requested()) {
    handle_acks({});
    take_over();
    follow_group(hurry);
    resolve_claims();
    follow_gaps();
    if (consumer_->fenced()) {
      drop_shards();
      publish();
      if (outlived_by_rival(stop)) return End::fenced;
      rebalances_ += consumer_->counters().rebalances;
      consumer_ = reopen_();
      if (!consumer_) return End::failed;
      paused_ = false;
      continue;
    }
    if (over_budget()) {
      handle_acks(milliseconds(5));
      if (paused_) (void)consumer_->poll(milliseconds(0));
    } else {
      const bool waiting = std::ranges::any_of(
          shards_.all(), [](const auto& shard) { return shard && !shard->idle(); });
      read(waiting ? kBusy : kIdle);
      tell_replay();
      tell_alignment();
    }
    states_.turn(shards_.all());
    commit(false);
    if (consumer_->trouble() && clock_->now() >= look_at_partitions_) {
      consumer_->look_after_trouble();
    }
    publish();
  }
  withdraw_claims();
  give_up(hurry);
  publish();
  consumer_->close();
  return End::stopped;
}

// --- answers -----------------------------------------------------------------------------------

void Worker::handle_acks(milliseconds patience) {
  mailbox_.take(acks_, patience);
  for (const auto& ack : acks_) {
    std::visit([&](const auto& one) { handle(one); }, ack);
  }
}

void Worker::handle(const StepDone& done) {
  if (auto* found = shards_.find(done.partition, done.epoch)) {
    found->step_done(done.ticket, done.step, done.delivered, *this);
  }
}

void Worker::handle(const DeadLetterDone& done) {
  if (auto* found = shards_.find(done.partition, done.epoch)) {
    found->dead_letter_done(done.ticket, *this);
  }
}

void Worker::handle(const Claimed& claimed) {
  for (auto& pending : claims_) {
    if (pending.epoch != claimed.epoch || pending.outstanding == 0) continue;
    for (auto cursor : claimed.cursors) {
      // What the group has committed says nothing about a database that lost it again.
      if (pending.went_back && !cursor.next) cursor.next = core::Offset{-1};  // the log's start
      pending.cursors.push_back(cursor);
    }
    --pending.outstanding;
  }
}

void Worker::handle(const CursorMoved& moved) {
  if (!shards_.find(moved.partition, moved.epoch)) return;
  drop_shard(moved.partition);
  if (leaving_) return;  // a claim now would fence the next owner
  // A fenced partition is most likely another member's by now, and the group will say so. If it
  // does not, it is ours after all and is claimed again.
  const auto wait = moved.why == CursorMoved::Why::fenced ? options_.session : milliseconds(0);
  auto& pending = claim({moved.partition}, clock_->now() + wait);
  pending.rewind = true;
  pending.went_back = moved.why == CursorMoved::Why::database_behind;
}

// --- reading -----------------------------------------------------------------------------------

// One batch: what is there, up to what fits, judged and handed to the sinks.
void Worker::read(milliseconds patience) {
  auto message = consumer_->poll(patience);
  if (!message) return;
  const auto turn = swaps_ ? swaps_->enter() : BatchGate::Pass();
  take_over();
  const auto pass = states_.enter();
  batch_began_ = clock_->now();
  while (message) {
    if (auto* found = shards_.find(message->partition)) {
      if (!pipeline_->add(*message, *found)) {
        run_batch();
        pipeline_->add(*message, *found);
      }
      last_stamp_ = message->timestamp;
    }
    if (pipeline_->full()) break;
    message = consumer_->poll(milliseconds(0));
  }
  run_batch();
  states_.stand(shards_.all());
}

void Worker::run_batch() {
  if (pipeline_->empty()) return;
  const auto now = clock_->wall();
  const auto before = decisions(pipeline_->counters());
  pipeline_->run(now, *this);
  breaker_log_.tell(pipeline_->counters().rules);
  const auto decided = decisions(pipeline_->counters()) - before;
  const auto ended = clock_->now();
  decided_.add(ended - batch_began_, decided);
  age_.add(std::chrono::nanoseconds(now - last_stamp_), decided);
  batch_began_ = ended;
}

void Worker::take(core::Shard& shard, core::Shard::Departure departure,
                  std::vector<core::Reject> rejects) {
  const auto ticket = shard.depart(std::move(departure), *this);
  const DeadLetterDone done{shard.partition(), shard.epoch(), ticket};
  for (const auto& reject : rejects) {
    dead_letters_->send(make_dead_letter(reject, {stream_.topic,
                                                  shard.partition(),
                                                  number_,
                                                  clock_->wall(),
                                                  payload_key_,
                                                  {},
                                                  blueprint_->config_hash}),
                        [this, done] { mailbox_.put(done); });
  }
}

bool Worker::dispatch(std::size_t step, core::PartitionId partition, core::Epoch epoch,
                      core::OffsetTracker::Ticket ticket, core::RecordBlock block,
                      std::vector<core::DeferredBlock> deferred) {
  const auto& one = blueprint_->steps[step];
  Parcel parcel;
  parcel.step = step;
  parcel.partition = partition;
  parcel.epoch = epoch;
  parcel.ticket = ticket;
  parcel.block = std::move(block);
  parcel.deferred = std::move(deferred);
  parcel.fallback = one.fallback;
  parcel.sender = &mailbox_;
  auto& thread = sinks_[one.sink]->of(partition);
  if (!one.required) return thread.offer(std::move(parcel));
  thread.put(std::move(parcel));
  return true;
}

// Whoever came later keeps the name, and a supervisor that restarts us at once would take it back:
// so one session is waited for. A member that nobody keeps alive is gone by then. It was us: where
// a broker dies between our joining and its answer, we join once more and fence ourselves.
bool Worker::outlived_by_rival(const std::stop_token& stop) {
  spdlog::error("fenced by the group: {}; waiting for one session to see whether it stays",
                *consumer_->fenced());
  rest(stop, options_.session + kSessionMargin);
  while (!stop.stop_requested()) {
    const auto rival = consumer_->rival_host(kAskBroker);
    if (rival && *rival) {
      spdlog::error("the member at {} has our static id `{}` for good", **rival,
                    consumer_->static_id());
      return true;
    }
    if (rival) {
      spdlog::warn("nobody has kept our static id `{}`; joining the group again",
                   consumer_->static_id());
      return false;
    }
    spdlog::warn("the broker does not tell who has our static id, asking again: {}",
                 rival.error().words);
    rest(stop, kAskAgain);
  }
  return true;
}

// Whoever looks sees that it is alive meanwhile.
void Worker::rest(const std::stop_token& stop, milliseconds time) {
  std::mutex mutex;
  std::unique_lock lock(mutex);
  std::condition_variable_any wake;
  for (const auto end = clock_->now() + time; clock_->now() < end && !stop.stop_requested();) {
    publish();
    clock_->wait_until(lock, wake, stop, clock_->now() + std::min(time, kLookAtPartitionsEvery),
                       [] { return false; });
  }
}

bool Worker::over_budget() {
  std::size_t bytes = 0;
  for (const auto& one : shards_.all()) {
    if (one) bytes += one->bytes_in_flight();
  }
  // Letters of all workers wait in one place: each counts its part of them.
  bytes += dead_letters_->counters().pending_bytes / options_.sharers;
  const auto percent = bytes * 100 / options_.memory;
  if (percent < (over_since_ ? kLow : kHigh)) {
    over_since_.reset();
    if (paused_) {
      paused_ = false;
      consumer_->resume();
    }
    return false;
  }
  if (!over_since_) over_since_ = clock_->now();
  if (!paused_ && clock_->now() - *over_since_ > kShortStall) {
    paused_ = true;
    gave_back_ = false;
    consumer_->pause();
  }
  if (paused_ && !gave_back_ && clock_->now() - *over_since_ > kShortStall + kGiveBackAfter) {
    gave_back_ = true;
    give_back_free_memory();
  }
  return true;
}

// --- giving up ---------------------------------------------------------------------------------

void Worker::drain(const std::atomic<bool>& hurry) {
  leaving_ = true;
  run_batch();
  const auto deadline = clock_->now() + options_.grace;
  // Optional steps hold nobody up: what they have not taken by now is not waited for.
  const auto done = [&] {
    return std::ranges::all_of(
        shards_.all(), [](const auto& one) { return !one || one->tracker().open_batches() == 0; });
  };
  while (!done() && clock_->now() < deadline && !hurry) handle_acks(milliseconds(10));
  if (!done()) spdlog::warn("the drain is cut short; what is not finished is read again");
  leaving_ = false;
}

// Nothing more is read; what is remembered is written for whoever reads on.
void Worker::give_up(const std::atomic<bool>& hurry) {
  drain(hurry);
  commit(true);
  if (!hurry) states_.save_all(shards_.all(), options_.grace);
}

void Worker::drop_shard(core::PartitionId partition) {
  run_batch();
  const auto& one = *shards_.find(partition);
  closed_ += one.tracker().completed();
  abandoned_ += one.tracker().in_flight();
  core::add(closed_diversions_, one.diversions());
  halted_.erase(partition.value);
  states_.forget(partition);
  shards_.drop(partition);
}

void Worker::drop_shards() {
  for (const auto& one : shards_.all()) {
    if (one) drop_shard(one->partition());
  }
}

void Worker::commit(bool wait) {
  if (!wait && clock_->now() < next_commit_) return;
  next_commit_ = clock_->now() + kCommitEvery;
  std::vector<Position> positions;
  for (const auto& one : shards_.all()) {
    if (!one) continue;
    const auto watermark = one->tracker().watermark();
    states_.delivered(one->partition(), watermark, consumer_->acknowledged(one->partition()));
    // The consumer knows what was taken: what was not must be said again with nothing new to say.
    if (watermark.value > 0) positions.push_back({one->partition(), watermark});
  }
  if (!wait) {
    consumer_->commit(positions);
  } else if (!consumer_->commit_and_wait(positions, kAskBroker)) {
    spdlog::warn("the last positions could not be committed to Kafka; the sinks' cursors hold");
  }
}

void Worker::publish() {
  const std::lock_guard lock(snapshot_mutex_);
  snapshot_.counters = pipeline_->counters();
  snapshot_.blueprint = blueprint_;
  snapshot_.completed = closed_;
  snapshot_.in_flight = 0;
  snapshot_.partitions = 0;
  snapshot_.diversions = closed_diversions_;
  for (const auto& one : shards_.all()) {
    if (!one) continue;
    ++snapshot_.partitions;
    snapshot_.completed += one->tracker().completed();
    snapshot_.in_flight += one->tracker().in_flight();
    core::add(snapshot_.diversions, one->diversions());
  }
  snapshot_.abandoned = abandoned_;
  snapshot_.records_expired = records_expired_;
  snapshot_.left_to_replay = left_to_replay_;
  snapshot_.holders_unknown =
      holders_unknown_before_ + (holders_unknown_ ? holders_unknown_() : std::uint64_t{0});
  snapshot_.halted = halted_;
  snapshot_.held = held_;
  snapshot_.paused = paused_;
  snapshot_.decided = decided_;
  snapshot_.age = age_;
  snapshot_.rebalances = rebalances_ + consumer_->counters().rebalances;
  snapshot_.trouble = consumer_->trouble().value_or("");
  snapshot_.turned = clock_->now();
  if (snapshot_.turned < look_at_partitions_) return;
  look_at_partitions_ = snapshot_.turned + kLookAtPartitionsEvery;
  const bool kept = paused_ || over_since_ || consumer_->trouble();
  snapshot_.partitions_read = waiting_.look(
      consumer_->lags(),
      [&](const Lag& lag) { return kept || lag.held || halted_.contains(lag.partition.value); },
      snapshot_.turned);
}

WorkerSnapshot Worker::snapshot() const {
  const std::lock_guard lock(snapshot_mutex_);
  auto snapshot = snapshot_;
  if (const auto* whom = mark_ ? mark_->load(std::memory_order_relaxed) : nullptr) {
    snapshot.in_plugin = whom;
  }
  return snapshot;
}

}  // namespace assay::host
