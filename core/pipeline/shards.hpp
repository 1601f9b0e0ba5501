// The shards of one worker, by partition: who an acknowledgement is meant for.
//
// A partition that is given up and comes back has another epoch, and its shard counts from another
// offset. What was under way for the earlier one may be answered long after; such an answer finds
// no shard here, or it would finish a batch that nobody has delivered.
//
// Thread: the worker that owns them.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "core/pipeline/shard.hpp"

namespace assay::core {

class Shards final {
 public:
  // Null where the partition is not ours.
  [[nodiscard]] Shard* find(PartitionId partition) const {
    const auto index = static_cast<std::size_t>(partition.value);
    return index < by_partition_.size() ? by_partition_[index].get() : nullptr;
  }
  // Null also where the epoch is that of another assignment.
  [[nodiscard]] Shard* find(PartitionId partition, Epoch epoch) const {
    auto* found = find(partition);
    return found && found->epoch() == epoch ? found : nullptr;
  }
  // In the place of the partition's earlier one, if there is any.
  void put(std::unique_ptr<Shard> shard) {
    const auto index = static_cast<std::size_t>(shard->partition().value);
    if (by_partition_.size() <= index) by_partition_.resize(index + 1);
    by_partition_[index] = std::move(shard);
  }
  void drop(PartitionId partition) {
    by_partition_[static_cast<std::size_t>(partition.value)].reset();
  }
  // With gaps: null where a partition is not ours.
  [[nodiscard]] std::span<const std::unique_ptr<Shard>> all() const { return by_partition_; }

 private:
  std::vector<std::unique_ptr<Shard>> by_partition_;
};

}  // namespace assay::core
