#include "host/runtime/partition_states.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <utility>

namespace assay::host {
namespace {

using std::chrono::duration_cast;
using std::chrono::microseconds;

}  // namespace

// --- brought back ------------------------------------------------------------------------------

std::unique_ptr<core::Shard> PartitionStates::restore(core::PartitionId partition,
                                                      core::Offset resume, core::Offset log_start,
                                                      const Make& make) {
  if (!keeper_) return nullptr;
  const auto& folder = keeper_->folder();
  const StatePart part{partition};
  const auto number = static_cast<std::uint64_t>(std::max<std::int64_t>(resume.value, 0));
  if (const auto removed = folder.remove_above(part, number); removed > 0) {
    spdlog::info(
        "partition {}: {} snapshots lie beyond offset {}, where it goes on, and are removed",
        partition.value, removed, resume.value);
  }
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

void PartitionStates::delivered(core::PartitionId partition, core::Offset next) {
  if (keeper_) known(partition).delivered = next;
}

void PartitionStates::turn(Shards shards) {
  if (!keeper_) return;
  core::Shard* due = nullptr;
  auto longest = Clock::now();
  for (const auto& shard : shards) {
    if (!shard) continue;
    const auto at = known(shard->partition()).due;
    if (at > longest || !changed(*shard)) continue;
    longest = at;
    due = shard.get();
  }
  if (due) save(*due);
  keeper_->turn();
}

void PartitionStates::save_all(Shards shards, std::chrono::milliseconds patience) {
  if (!keeper_) return;
  bool done = keeper_->flush(patience);
  for (const auto& shard : shards) {
    if (shard && changed(*shard)) save(*shard);
  }
  done = done && keeper_->flush(patience);
  if (!done) spdlog::warn("the last snapshots are not written yet");
}

bool PartitionStates::changed(const core::Shard& shard) const {
  return !keeper_->busy(shard.partition()) && shard.next() > keeper_->saved(shard.partition());
}

void PartitionStates::save(core::Shard& shard) {
  const auto begun = Clock::now();
  auto& one = known(shard.partition());
  one.due = begun + keeper_->interval();
  StateBlocks body;
  if (const auto saved = shard.begin_save(body); !saved) {
    spdlog::warn("partition {}: no snapshot is taken: {}", shard.partition().value, saved.error());
    return;
  }
  (void)shard.save_some(core::kAllWork);
  const auto took = duration_cast<microseconds>(Clock::now() - begun).count();
  spdlog::debug("partition {}: snapshot at offset {}, {} bytes, held the worker up for {} us",
                shard.partition().value, shard.next().value, body.bytes(), took);
  keeper_->put(shard.partition(), shard.next(), shard.newest(), one.delivered, std::move(body));
}

}  // namespace assay::host
