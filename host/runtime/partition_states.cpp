#include "host/runtime/partition_states.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <utility>

namespace assay::host {
namespace {

class ShardState final : public SlicedSnapshot::State {
 public:
  explicit ShardState(core::Shard& shard) : shard_(&shard) {}

  tl::expected<void, std::string> begin_save(core::StateSink& sink) override {
    return shard_->begin_save(sink);
  }
  bool save_some(std::size_t work) override { return shard_->save_some(work); }
  void stop_save() override { shard_->stop_save(); }

 private:
  core::Shard* shard_;
};

}  // namespace

// --- brought back ------------------------------------------------------------------------------

std::unique_ptr<core::Shard> PartitionStates::restore(core::PartitionId partition,
                                                      core::Offset resume, core::Offset log_start,
                                                      const Make& make) {
  if (!keeper_) return nullptr;
  const auto folder = keeper_->folder().of_plan(plan_);
  const StatePart part{partition};
  const auto number = static_cast<std::uint64_t>(std::max<std::int64_t>(resume.value, 0));
  if (const auto removed = folder.remove_above(part, number); removed > 0) {
    spdlog::info(
        "partition {}: {} snapshots lie beyond offset {}, where it goes on, and are removed",
        partition.value, removed, resume.value);
  }
  known(partition).delivered = resume;
  const auto at_most = keeper_->fitting(partition, resume);
  for (const auto& entry : folder.list(part)) {
    if (entry.number > static_cast<std::uint64_t>(std::max<std::int64_t>(at_most.value, 0))) {
      continue;
    }
    const auto reader = folder.newest(part, entry.number);
    if (!reader) break;
    const auto& positions = reader->head().positions;
    if (positions.size() != 1 || positions[0].partition != partition ||
        positions[0].next > at_most) {
      folder.set_aside(reader->path(), reader->path().string() + " is of another partition");
      continue;
    }
    const auto next = positions[0].next;
    if (next < log_start) {
      spdlog::warn(
          "partition {}: the snapshot at offset {} is not used: the log begins at {} by now, and "
          "what lies between is lost",
          partition.value, next.value, log_start.value);
      break;
    }
    auto shard = make(next);
    auto loaded = shard->load(*reader);
    if (loaded && reader->remaining() > 0)
      loaded = tl::unexpected(std::string("bytes are left over"));
    if (!loaded) {
      folder.set_aside(reader->path(),
                       reader->path().string() + " cannot be used: " + loaded.error());
      continue;
    }
    spdlog::info("partition {}: restored from the snapshot at offset {}, {} records to replay",
                 partition.value, next.value, resume.value - next.value);
    keeper_->begin(partition, next);
    return shard;
  }
  keeper_->begin(partition, {0});
  return nullptr;
}

// --- written -----------------------------------------------------------------------------------

PartitionStates::Known& PartitionStates::known(core::PartitionId partition) {
  const auto [found, made] = known_.try_emplace(partition);
  // Spread over the interval, so that no two are due together.
  if (made) {
    const auto share = keeper_->interval() / static_cast<std::int64_t>(known_.size());
    found->second.due = Clock::now() + share;
  }
  return found->second;
}

BatchGate::Pass PartitionStates::enter() { return keeper_ ? keeper_->enter() : BatchGate::Pass(); }

void PartitionStates::stand(Shards shards) {
  if (!keeper_) return;
  for (const auto& shard : shards) {
    if (shard) keeper_->stand(shard->partition(), shard->next());
  }
}

void PartitionStates::delivered(core::PartitionId partition, core::Offset watermark,
                                core::Offset acknowledged) {
  if (!keeper_) return;
  auto& safe = known(partition).delivered;
  safe = std::min(watermark, std::max(safe, acknowledged));
}

void PartitionStates::forget(core::PartitionId partition) {
  const auto found = known_.find(partition);
  if (found == known_.end()) return;
  found->second.taking.abandon();
  known_.erase(found);
}

void PartitionStates::succeed(std::string plan, Shards shards) {
  if (!keeper_) return;
  const bool same = plan == plan_;
  plan_ = std::move(plan);
  for (const auto& shard : shards) {
    if (!shard) continue;
    auto& one = known(shard->partition());
    ShardState state(*shard);
    one.taking.withdraw(state);
    if (same) continue;
    one.due = Clock::now();
    keeper_->begin_anew(shard->partition());
  }
}

void PartitionStates::turn(Shards shards) {
  if (!keeper_) return;
  const auto begun = Clock::now();
  if (!pace_.ready(begun)) return;
  const auto until = begun + keeper_->limits().slice;
  const bool took = shared_first_ ? keeper_->turn(until) || take_slice(shards, until)
                                  : take_slice(shards, until) || keeper_->turn(until);
  if (!took) return;
  shared_first_ = !shared_first_;
  pace_.took(keeper_->limits(), begun, Clock::now());
}

core::Shard* PartitionStates::next_due(Shards shards) {
  core::Shard* due = nullptr;
  auto longest = Clock::now();
  for (const auto& shard : shards) {
    if (!shard) continue;
    auto& one = known(shard->partition());
    if (one.taking.under_way() || one.taking.leftover()) return shard.get();
    if (one.due > longest || !changed(*shard)) continue;
    longest = one.due;
    due = shard.get();
  }
  return due;
}

// False: there is nothing to do, or the disk has to come first.
bool PartitionStates::take_slice(Shards shards, Clock::time_point until) {
  auto* shard = next_due(shards);
  if (shard == nullptr) return false;
  auto& one = known(shard->partition());
  if (!one.taking.under_way() && !one.taking.leftover() && !begin(*shard, one)) return true;
  ShardState state(*shard);
  const auto progress = one.taking.advance(state, keeper_->limits(), until);
  if (progress == SlicedSnapshot::Progress::whole) finish(shard->partition(), one);
  return progress != SlicedSnapshot::Progress::none;
}

bool PartitionStates::begin(core::Shard& shard, Known& known) {
  known.due = Clock::now() + keeper_->interval();
  known.cut = shard.next();
  ShardState state(shard);
  const auto begun = known.taking.begin(
      state, keeper_->open(shard.partition(), shard.next(), shard.newest(), plan_));
  if (!begun) {
    spdlog::warn("partition {}: no snapshot is taken: {}", shard.partition().value, begun.error());
  }
  return begun.has_value();
}

void PartitionStates::finish(core::PartitionId partition, Known& known) {
  known.taking.finish(keeper_->usable(partition, known.delivered));
}

void PartitionStates::save_all(Shards shards, std::chrono::milliseconds patience) {
  if (!keeper_) return;
  const auto until = Clock::now() + patience;
  for (const auto& shard : shards) {
    if (shard) save(*shard, until);
  }
  bool done = true;
  for (const auto& shard : shards) {
    done = (!shard || keeper_->wait_for(shard->partition(), until)) && done;
  }
  if (!done) spdlog::warn("the last snapshots are not written yet");
}

bool PartitionStates::changed(const core::Shard& shard) const {
  return !keeper_->busy(shard.partition()) && shard.next() > keeper_->saved(shard.partition());
}

// To the end: nothing else is to be done meanwhile.
void PartitionStates::save(core::Shard& shard, Clock::time_point until) {
  auto& one = known(shard.partition());
  ShardState state(shard);
  if (one.taking.under_way() && one.cut < shard.next()) one.taking.withdraw(state);
  if (!one.taking.under_way()) {
    if (!keeper_->wait_for(shard.partition(), until) || !changed(shard)) return;
    if (!begin(shard, one)) return;
  }
  if (one.taking.complete(state, keeper_->limits(), until)) finish(shard.partition(), one);
}

}  // namespace assay::host
