// How a store lays out what it keeps of a key: made once from the plan of its features.
//
// Features of one window over one selector share what is summed up of it; what looks back at single
// transactions has a trail of its own; what asks when a value was first met, a table.
//
// Immutable at run.
#pragma once

#include <cstdint>
#include <vector>

#include "core/features/event_log.hpp"
#include "core/features/feature_plan.hpp"
#include "core/features/store_plan.hpp"
#include "core/features/window_state.hpp"

namespace assay::core {

// What is asked of a window, and where it stands in a record.
struct WindowAnswer {
  std::uint32_t feature = 0;  // number among the store's
  Aggregate aggregate = Aggregate::count;
  bool money = false;
  FieldType argument = FieldType::int64;
  std::uint32_t offset = 0;  // of the window's state
  WindowForm state;
  std::int64_t window = 0;
};

// Sums over one window of one series.
struct WindowShape {
  std::int64_t window = 0;
  // Of the series: which events, and what of them is summed up.
  std::uint64_t mask = 0;
  std::uint32_t column = 0;
  FieldType type = FieldType::int64;
  bool money = false;
  bool counts_only = false;  // nothing else is asked for
  Parts parts;
  WindowForm state;          // in the record
  std::uint32_t offset = 0;  // of its state there
  // Its features: those that leave the transaction itself out, and those that include it.
  std::vector<WindowAnswer> previous;
  std::vector<WindowAnswer> current;
  std::uint32_t series = 0;
  std::int64_t pane = 0;  // nanoseconds; 1/256 of the window
  TallyForm form;         // of a pane
};

// What is asked of the transaction before.
struct TrailAnswer {
  std::uint32_t feature = 0;  // number among the store's
  Aggregate aggregate = Aggregate::elapsed;
  std::int64_t window = 0;
};

// The newest transactions of one selector, one by one.
struct TrailShape {
  std::uint32_t selector = 0;
  bool money = false;
  std::vector<std::uint32_t> columns;  // of the plan
  bool text = false;                   // its column is one; there is no other then
  std::uint32_t offset = 0;
  std::uint32_t entry = 0;  // bytes
  std::uint32_t first = 0;  // of its words: that of the first column
  std::vector<TrailAnswer> answers;
};

// When a key first met each value.
struct FirstShape {
  std::uint32_t selector = 0;
  bool money = false;
  std::uint32_t column = 0;  // of the plan
  std::uint32_t offset = 0;
  std::vector<std::uint32_t> features;
};

struct StoreShape {
  StoreShape(const StorePlan& plan, const FeatureOptions& options);

  StorePlan plan;  // its own: a store outlives the plan that it was made by
  FeatureOptions options;
  LogShape log;
  std::vector<std::uint32_t> log_columns;  // numbers of the plan's columns
  std::vector<WindowShape> windows;
  std::vector<WindowAnswer> previous;  // of all windows
  std::vector<WindowAnswer> current;
  std::vector<TrailShape> trails;
  std::vector<FirstShape> firsts;
  // Where a record has tables of values: whose places, and by which of the plan's columns.
  struct Values {
    std::uint32_t offset = 0;
    std::uint32_t column = 0;
  };
  std::vector<Values> values;
  std::int64_t longest = 0;  // window that a sum is kept of
  std::int64_t reach = 0;    // how long after its newest event a key is of no use
  std::uint32_t record = 0;  // bytes of a key's record
  bool any_money = false;

  // All bits that a log's mask may have.
  std::uint64_t all_series() const {
    return log.series.empty() ? 0 : ~std::uint64_t{0} >> (64 - log.series.size());
  }
  // The bits of a log's mask for those of an event: mostly all or none.
  std::uint64_t log_mask(std::uint64_t selected) const {
    const auto summed = selected & summed_selectors_;
    if (summed == summed_selectors_) return all_series();
    return summed == 0 ? 0 : some_series(summed);
  }
  // Of the selectors whose sums, trails and tables are per currency.
  std::uint64_t money_selectors = 0;

 private:
  std::uint32_t series(const StoreFeature& feature, const Parts& parts);
  void place(std::uint32_t number, const StoreFeature& feature);
  std::uint64_t some_series(std::uint64_t selected) const;
  std::vector<std::uint32_t> series_selectors_;
  std::uint64_t summed_selectors_ = 0;
};

// What an event that much older than the newest of its key still finds whole.
inline constexpr std::int64_t kLateReach = 86'400'000'000'000;
inline constexpr unsigned kPanes = 256;
inline constexpr unsigned kTrail = 8;
inline constexpr std::uint32_t kMostValues = 4096;

}  // namespace assay::core
