// The history that all partitions of the process share: the stores whose keys occur in several.
//
// Each store is cut into stripes, each behind its lock, which is held for one transaction. It stays
// when partitions move between workers, and so does the memory of how far each partition has been
// counted.
//
// Thread: any worker; whatever looks at all stripes only while no worker is at work.
#pragma once

#include <array>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "core/features/partition_history.hpp"
#include "core/features/stripe_lock.hpp"

namespace assay::core {

class SharedHistory final {
 public:
  // Both must outlive it.
  SharedHistory(const FeaturePlan& plan, StripeLock& lock);

  static std::uint32_t stripe(const StoreKey& key) {
    return static_cast<std::uint32_t>((key.low ^ key.high) * 0x9e3779b97f4a7c15u >> 58);
  }
  static_assert(StripeLock::kStripes == 64);

  // Null for a store that is not shared.
  HistoryStore* store(std::uint32_t store, std::uint32_t stripe) const {
    return stores_[store].empty() ? nullptr : stores_[store][stripe].get();
  }
  StripeLock& lock() const { return *lock_; }

  // The entry of a partition; only the worker that owns the partition touches it.
  Progress& progress(PartitionId partition);
  // Event time of the first record that any partition brought; `time` where this is the first.
  std::int64_t since(std::int64_t time);

  std::size_t keys() const;
  std::size_t bytes() const;
  // What its stores may take; 0 for no limit. The stripes have equal parts.
  void limit_bytes(std::size_t bytes);

  // In slices, as HistoryStore does it. The front and the cut of all stripes while no worker is at
  // work; what comes then, under the stripe's lock. `stripes`: where the items of each go, whoever
  // saves them.
  void begin_save(StateSink& front, std::span<StateSink* const, StripeLock::kStripes> stripes);
  bool save_some(std::uint32_t stripe, std::size_t& work);
  void stop_save(std::uint32_t stripe);

  // As a whole, with its end. While no worker is at work, both.
  void save(StateSink& sink);
  // False where the bytes are damaged or of other features: nothing is changed then. Whoever was
  // told of a partition's entry before must ask again.
  [[nodiscard]] bool load(StateSource& source);

  // As PartitionHistory::succeed(). While no worker is at work, and before any that is of the next
  // plan goes to work.
  void succeed(const FeaturePlan& next);

 private:
  bool load_item(StateMark mark, StateSource& source) const;

  const FeaturePlan* plan_;
  StripeLock* lock_;
  std::unique_ptr<std::array<MemoryShare, StripeLock::kStripes>> shares_;
  std::vector<std::vector<std::unique_ptr<HistoryStore>>> stores_;  // by store, then stripe
  std::map<PartitionId, Progress> progress_;
  std::optional<std::int64_t> since_;
};

}  // namespace assay::core
