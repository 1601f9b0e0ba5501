// How a worker comes to its partitions: it follows the group, claims the cursors, finds out where
// to resume and what was remembered there, and only then reads.
#include <spdlog/spdlog.h>

#include <algorithm>
#include <utility>

#include "host/runtime/replay.hpp"
#include "host/runtime/resume.hpp"
#include "host/runtime/worker.hpp"

namespace assay::host {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kAskBroker{5'000};
constexpr milliseconds kAskAgain{1'000};
constexpr milliseconds kTellEvery{10'000};
constexpr milliseconds kLongHold{1'000};  // a hold that lasts is told

// Nothing: the brokers have to be asked again.
std::optional<LogRange> log_of(core::PartitionId partition, MessageSource& source) {
  auto log = source.log_range(partition, kAskBroker);
  if (log) return *log;
  spdlog::warn("the broker does not tell what partition {} holds, asking again: {}",
               partition.value, log.error().words);
  return std::nullopt;
}

}  // namespace

void Worker::follow_group(const std::atomic<bool>& hurry) {
  while (const auto event = consumer_->take_event()) {
    if (event->kind == AssignmentEvent::Kind::assigned) {
      spdlog::info("{} partitions assigned", event->partitions.size());
      claim(event->partitions, {});
      continue;
    }
    withdraw_claims();
    if (event->kind == AssignmentEvent::Kind::revoked) {
      give_up(hurry);
    }
    spdlog::info("{} partitions {}", event->partitions.size(),
                 event->kind == AssignmentEvent::Kind::revoked ? "given up" : "lost");
    drop_shards();
    if (const auto released = consumer_->release(); !released) {
      spdlog::warn("cannot release the partitions: {}", released.error().words);
    }
  }
}

Worker::PendingClaim& Worker::claim(std::vector<core::PartitionId> partitions,
                                    Clock::Moment not_before) {
  PendingClaim pending;
  pending.epoch = {++last_epoch_};
  pending.partitions = std::move(partitions);
  pending.not_before = not_before;
  claims_.push_back(std::move(pending));
  if (not_before <= clock_->now()) send_claims(claims_.back());
  return claims_.back();
}

// A sink whose database is away may hold an order for long; carried out after we have given the
// partitions up it would fence their next owner.
void Worker::withdraw_claims() {
  for (auto& pending : claims_) *pending.withdrawn = true;
  claims_.clear();
}

void Worker::send_claims(PendingClaim& pending) {
  pending.not_before = {};
  for (std::size_t sink = 0; sink < sinks_.size(); ++sink) {
    ClaimOrder order{pending.epoch, pending.partitions, {}, &mailbox_, pending.withdrawn};
    for (std::size_t step = 0; step < blueprint_->steps.size(); ++step) {
      const auto& one = blueprint_->steps[step];
      if (one.sink == sink && one.transactional) order.steps.push_back(step);
    }
    if (!order.steps.empty()) pending.outstanding += sinks_[sink]->claim(order, stream_);
  }
}

void Worker::resolve_claims() {
  for (std::size_t i = 0; i < claims_.size();) {
    auto& pending = claims_[i];
    if (pending.not_before != Clock::Moment{}) {
      if (pending.not_before <= clock_->now()) {
        if (pending.outstanding == 0 && pending.cursors.empty()) send_claims(pending);
        pending.not_before = {};
      }
      ++i;
      continue;
    }
    if (pending.outstanding > 0) {
      ++i;
      continue;
    }
    const auto from = open_shards(pending);
    if (!from) {
      pending.not_before = clock_->now() + kAskAgain;
      ++i;
      continue;
    }
    if (pending.rewind) {
      for (const auto& position : *from) {
        if (const auto done = consumer_->rewind(position); !done) {
          spdlog::warn("partition {} cannot be read again from {}: {}", position.partition.value,
                       position.next.value, done.error().words);
        }
      }
    } else if (const auto started = consumer_->start(*from); !started) {
      spdlog::warn("cannot start the partitions: {}", started.error().words);
    }
    claims_.erase(claims_.begin() + static_cast<std::ptrdiff_t>(i));
  }
}

std::optional<std::vector<Position>> Worker::resume_positions(const PendingClaim& pending) {
  const auto& steps = blueprint_->steps;
  std::map<core::PartitionId, core::Offset> committed;
  if (std::any_of(pending.partitions.begin(), pending.partitions.end(), [&](auto partition) {
        return commit_counts(steps, pending.cursors, partition);
      })) {
    auto answer = consumer_->committed(pending.partitions, kAskBroker);
    if (!answer) {
      spdlog::warn("the broker does not tell the committed positions, asking again: {}",
                   answer.error().words);
      return std::nullopt;
    }
    committed = std::move(*answer);
  }
  std::vector<Position> positions;
  for (const auto partition : pending.partitions) {
    const auto known = committed.find(partition);
    const auto next =
        resume_at(steps, pending.cursors, partition,
                  known == committed.end() ? std::nullopt : std::optional(known->second));
    positions.push_back({partition, next.value_or(core::Offset{-1})});
  }
  return positions;
}

// Makes the shards, each with what it knew, and answers where reading begins, so that what is
// remembered is whole when the first new record comes. Nothing: the brokers have to be asked again.
std::optional<std::vector<Position>> Worker::open_shards(PendingClaim& pending) {
  if (pending.resume.empty()) {
    auto positions = resume_positions(pending);
    if (!positions) return std::nullopt;
    pending.resume = std::move(*positions);
    pending.restored.resize(pending.resume.size());
  }
  std::vector<Position> from;
  std::vector<Position> unrestored;
  for (std::size_t i = 0; i < pending.resume.size(); ++i) {
    auto& restored = pending.restored[i];
    if (!restored && !restore(pending, pending.resume[i], restored)) return std::nullopt;
    if (*restored) {
      from.push_back({pending.resume[i].partition, (*restored)->next()});
    } else {
      unrestored.push_back(pending.resume[i]);
    }
  }
  const auto replayed = replay_positions(unrestored);
  if (!replayed) return std::nullopt;
  from.insert(from.end(), replayed->begin(), replayed->end());
  for (std::size_t i = 0, k = 0; i < pending.resume.size(); ++i) {
    auto& restored = *pending.restored[i];
    shards_.put(restored ? std::move(restored)
                         : make_shard(pending, pending.resume[i], (*replayed)[k++].next));
  }
  return from;
}

// From a snapshot, into `restored`: null where there is none that fits. False: the brokers do not
// tell from where on the log can be read.
bool Worker::restore(const PendingClaim& pending, Position position, Restored& restored) {
  if (!states_.kept()) {
    restored = nullptr;
    return true;
  }
  const auto log = log_of(position.partition, *consumer_);
  if (!log) return false;
  if (position.next > log->high) {  // it halts: see replay_positions()
    restored = nullptr;
    return true;
  }
  restored = states_.restore(
      position.partition, position.next, log->low,
      [&](core::Offset replay_from) { return make_shard(pending, position, replay_from); });
  return true;
}

std::optional<std::vector<Position>> Worker::replay_positions(const std::vector<Position>& resume) {
  const auto span = remembered_span(*blueprint_);
  if (span == 0) return resume;
  auto answer = replay_from(resume, span, options_.skew, [this](std::span<const Moment> moments) {
    return consumer_->offsets_at(moments, kAskBroker);
  });
  if (!answer) {
    spdlog::warn("the broker does not tell where history begins, asking again: {}",
                 answer.error().words);
    return std::nullopt;
  }
  for (std::size_t i = 0; i < resume.size(); ++i) {
    if ((*answer)[i].next == resume[i].next) continue;
    const auto log = log_of(resume[i].partition, *consumer_);
    if (!log) return std::nullopt;
    // A replay towards a place that the log does not have would swallow what is written meanwhile;
    // read from there, the partition halts.
    if (resume[i].next > log->high) (*answer)[i].next = resume[i].next;
  }
  return std::move(*answer);
}

// A replay judges nothing new for a while: people want to know why, and for how long.
void Worker::tell_replay() {
  const auto before = std::exchange(left_to_replay_, 0);
  for (const auto& one : shards_.all()) {
    if (one) left_to_replay_ += static_cast<std::uint64_t>(one->left_to_replay());
  }
  if (left_to_replay_ == 0) {
    if (before > 0) {
      spdlog::info("history is restored: {} records replayed", pipeline_->counters().replayed);
    }
    tell_replay_ = {};
  } else if (clock_->now() >= tell_replay_) {
    spdlog::info("restoring history: {} records to replay", left_to_replay_);
    tell_replay_ = clock_->now() + kTellEvery;
  }
}

// A partition that is far behind holds the others back: people who look at one that stands still
// want to know that nothing is broken.
void Worker::tell_alignment() {
  held_ = consumer_->held();
  if (held_ == 0) {
    held_since_.reset();
    return;
  }
  if (!held_since_) held_since_ = clock_->now();
  if (told_held_ || clock_->now() - *held_since_ < kLongHold) return;
  told_held_ = true;
  spdlog::info(
      "{} partitions wait for a slower one, which is more than `time.alignment` of event time "
      "behind them; they go on when it has caught up or has nothing left to read",
      held_);
}

std::unique_ptr<core::Shard> Worker::make_shard(const PendingClaim& pending, Position position,
                                                core::Offset replay_from) {
  core::Shard::Start start;
  start.partition = position.partition;
  start.epoch = pending.epoch;
  // -1 reads from the log's start, wherever that is; nothing lies below offset 0.
  start.resume = std::max(position.next, core::Offset{0});
  start.cursors.assign(blueprint_->steps.size(), core::Offset{0});
  start.dedupe_horizon = blueprint_->dedupe_horizon;
  start.features = blueprint_->features.get();
  start.history_bytes = history_bytes_;
  start.replay_from = std::max(replay_from, core::Offset{0});
  start.memory = &large_pages_;
  if (partition_rules_) start.rules = partition_rules_(position.partition);
  for (const auto& cursor : pending.cursors) {
    if (cursor.partition == position.partition && cursor.next) {
      start.cursors[cursor.step] = *cursor.next;
    }
  }
  return std::make_unique<core::Shard>(blueprint_->steps, std::move(start));
}

void Worker::follow_gaps() {
  while (const auto gap = consumer_->take_gap()) {
    const auto partition = gap->partition.value;
    const bool expired = gap->wanted < gap->log.low;
    if (expired && options_.on_gap == SourceConfig::OnGap::proceed) {
      const auto lost = static_cast<std::uint64_t>(gap->log.low.value - gap->wanted.value);
      records_expired_ += lost;
      spdlog::warn(
          "partition {}: {} records from offset {} expired before they were read; going "
          "on at {}",
          partition, lost, gap->wanted.value, gap->log.low.value);
      (void)consumer_->rewind({gap->partition, gap->log.low});
      continue;
    }
    halted_[partition] = "its position " + std::to_string(gap->wanted.value) +
                         " is not in the log, which holds " + std::to_string(gap->log.low.value) +
                         " to " + std::to_string(gap->log.high.value);
    spdlog::error("partition {} halted: {}; {}", partition, halted_[partition],
                  expired ? "`source.on_gap: continue` goes on at the log's start"
                          : "was the topic made anew? then `assay cursor set` each step to " +
                                std::to_string(gap->log.low.value) +
                                ", and a restart, begin at its start");
  }
}

}  // namespace assay::host
