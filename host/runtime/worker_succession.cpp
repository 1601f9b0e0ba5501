// How a worker goes from one set of rules to the next: between two batches, with its partitions,
// what they remember and what is under way. What it leaves goes back to control, which ends it.
#include <spdlog/spdlog.h>

#include <algorithm>
#include <utility>

#include "host/runtime/worker.hpp"

namespace assay::host {

void Worker::succeed(Succession next) {
  const std::lock_guard lock(succession_mutex_);
  next_ = std::move(next);
  has_next_ = true;
}

std::optional<Succession> Worker::predecessor() {
  const std::lock_guard lock(snapshot_mutex_);
  return std::exchange(left_, std::nullopt);
}

void Worker::take_over() {
  if (!has_next_) return;
  Succession next;
  {
    const std::lock_guard lock(succession_mutex_);
    next = std::move(*std::exchange(next_, std::nullopt));
    has_next_ = false;
  }
  const auto begun = clock_->now();
  next.pipeline->succeed(*pipeline_);
  for (const auto& shard : shards_.all()) {
    if (shard) hand_over(*shard, next);
  }
  // Those that wait for the brokers' answers before they are read.
  for (auto& pending : claims_) {
    for (auto& restored : pending.restored) {
      if (restored && *restored) hand_over(**restored, next);
    }
  }
  states_.succeed(next.plan, shards_.all());
  if (holders_unknown_) holders_unknown_before_ += holders_unknown_();
  std::swap(blueprint_, next.blueprint);
  std::swap(pipeline_, next.pipeline);
  std::swap(holders_unknown_, next.holders_unknown);
  std::swap(partition_rules_, next.partition_rules);
  history_bytes_ = next.history_bytes;
  breaker_log_ = BreakerLog(blueprint_->rules, pipeline_->counters().rules);
  publish();
  next.stood = clock_->now() - begun;
  const std::lock_guard lock(snapshot_mutex_);
  left_ = std::move(next);
}

void Worker::hand_over(core::Shard& shard, const Succession& next) {
  const auto partition = shard.partition();
  auto rules = next.partition_rules ? next.partition_rules(partition) : nullptr;
  if (rules && shard.rules()) {
    const auto make = [&](const std::string& rule) {
      auto others = next.partition_rules(partition);
      const auto found =
          std::ranges::find(others->instances(), rule, &core::PartitionRules::Instance::id);
      auto instance = *found;
      found->rule = nullptr;  // it is not theirs to destroy any more
      return instance;
    };
    rules->succeed(*shard.rules(), next.state_goes_on, make,
                   [&](const std::string& rule, const std::string& why) {
                     spdlog::warn("rule {} begins anew in partition {}: {}", rule, partition.value,
                                  why);
                   });
  }
  shard.succeed(next.blueprint->steps, next.blueprint->features.get(), next.history_bytes);
  shard.exchange_rules(std::move(rules));
}

}  // namespace assay::host
