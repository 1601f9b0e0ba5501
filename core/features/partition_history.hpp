// The history that belongs to one partition: the stores whose keys live in it alone.
//
// It goes when the partition is given up. A record at or below the last one applied is told by its
// offset and not counted again.
//
// Thread: the worker that owns the partition.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "core/features/feature_plan.hpp"
#include "core/features/history_store.hpp"
#include "core/features/memory_share.hpp"
#include "core/model/position.hpp"
#include "core/model/state_item.hpp"

namespace assay::core {

// Where a partition's records stand with regard to some history.
struct Progress {
  Offset applied{-1};                           // the last record that was counted
  std::optional<std::int64_t> since;            // event time of the first one
  std::int64_t newest = HistoryStore::kAlways;  // event time, of all
};

void save_progress(StateSink& sink, const Progress& progress);
// `version`: of the state around it; see kHistoryVersion.
[[nodiscard]] bool load_progress(StateSource& source, std::uint32_t version, Progress& progress);

// Of the state of histories; 2, which is still read, did not know since when features are counted.
inline constexpr std::uint32_t kHistoryVersion = 3;
inline constexpr std::uint32_t kOldestHistoryVersion = 2;
[[nodiscard]] bool is_history_version(std::uint32_t version);
// Of a store, in front of what it writes itself.
void save_counted_since(StateSink& sink, const HistoryStore& store);
[[nodiscard]] bool load_counted_since(StateSource& source, std::uint32_t version,
                                      HistoryStore& store);

class PartitionHistory final {
 public:
  // The plan must outlive it.
  explicit PartitionHistory(const FeaturePlan& plan);

  // Null for a store that is shared in the process.
  HistoryStore* store(std::uint32_t store) const { return stores_[store].get(); }
  Progress& progress() { return progress_; }
  const Progress& progress() const { return progress_; }

  std::size_t keys() const;
  std::size_t bytes() const;
  // What its stores may take; 0 for no limit. Keys give way when there is more to keep.
  void limit_bytes(std::size_t bytes) { share_->limit = bytes; }
  std::size_t limit() const { return share_->limit; }

  // In slices, as HistoryStore does it; the mark of an item is the number of its store.
  void begin_save(StateSink& sink);
  bool save_some(std::size_t& work);
  void stop_save();
  [[nodiscard]] bool begin_load(StateSource& source);
  [[nodiscard]] bool load_item(StateMark mark, StateSource& source);
  [[nodiscard]] bool end_load();

  // As a whole, with its end.
  void save(StateSink& sink);
  // False where the bytes are damaged or of other features: nothing is changed then.
  [[nodiscard]] bool load(StateSource& source);

  // From now on it is of that plan. What both plans remember stays; what is new begins now, what is
  // gone goes. Stores of which nothing changes are kept as they are, the others are written over
  // key by key. Ends a snapshot that is being taken. The plan must outlive it.
  void succeed(const FeaturePlan& next);

 private:
  const FeaturePlan* plan_;
  std::unique_ptr<MemoryShare> share_ = std::make_unique<MemoryShare>();
  std::vector<std::unique_ptr<HistoryStore>> stores_;
  Progress progress_;
};

}  // namespace assay::core
