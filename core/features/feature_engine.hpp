// Computes the features of a batch, row by row in batch order.
//
// A row never sees a later one of its batch: its stores are read, count it, are read again and its
// values are written before the next row's turn. Only memory is brought near ahead of time.
//
// Thread: a worker's own; shared stores are entered under their stripe's lock.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "core/features/feature_counters.hpp"
#include "core/features/partition_history.hpp"
#include "core/features/row_reader.hpp"
#include "core/features/shared_history.hpp"
#include "core/model/cell_place.hpp"
#include "core/model/position.hpp"
#include "core/model/row_block.hpp"

namespace assay::core {

class FeatureEngine final {
 public:
  // Where a row comes from.
  struct Origin {
    PartitionHistory* history = nullptr;
    PartitionId partition;
    Offset offset;
  };

  // Plan and shared history must outlive it; `shared` may be null where no store is shared. Rows
  // are of that layout.
  FeatureEngine(const FeaturePlan& plan, SharedHistory* shared, const Layout& layout,
                std::uint32_t max_rows);

  // Writes the features of all rows. `origins`: one for each row.
  void run(RowBlock& block, std::span<const Origin> origins);

  const FeatureCounters& counters() const { return counters_; }
  // Goes on counting from there.
  void count_on(const FeatureCounters& counters) { counters_ = counters; }

 private:
  struct Place {
    HistoryStore* store = nullptr;  // null: the row does not touch it
    StoreKey key;
    KeyHint hint;
    bool ahead = false;  // there is memory that may still be asked for
  };

  struct Store {
    bool shared = false;
    bool locked = false;                    // there are others who enter it
    std::vector<AnswerRow::Place> answers;  // of its features
  };

  std::optional<std::int64_t> event_time(const RowBlock& block, std::uint32_t row) const;
  void find_places(const RowBlock& block, std::span<const Origin> origins);
  void expect(std::size_t row, unsigned stage);
  bool expect_shared(Place& place, unsigned stage);
  void compute(RowBlock& block, std::uint32_t row, const Origin& origin);
  Progress& shared_progress(PartitionId partition);

  const FeaturePlan* plan_;
  SharedHistory* shared_;
  RowReader reader_;
  bool any_shared_ = false;
  std::int64_t shared_since_ = 0;
  std::vector<Store> stores_;
  std::vector<Place> places_;        // by row, then store
  std::vector<std::uint8_t> ahead_;  // by row: whether one of its places is
  FetchList fetches_;
  struct Known {
    PartitionId partition;
    Progress* progress;
  };
  std::vector<Known> known_;  // partitions of this worker in the shared history
  FeatureCounters counters_;
};

}  // namespace assay::core
