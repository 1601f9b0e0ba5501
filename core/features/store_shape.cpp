#include "core/features/store_shape.hpp"

#include <algorithm>

#include "core/features/key_record.hpp"
#include "core/features/trail.hpp"
#include "core/features/window_state.hpp"

namespace assay::core {
namespace {

Parts parts_of(Aggregate aggregate) {
  Parts parts;
  parts.sum = aggregate == Aggregate::sum || aggregate == Aggregate::mean;
  parts.squares = aggregate == Aggregate::stddev;
  parts.least = aggregate == Aggregate::min;
  parts.greatest = aggregate == Aggregate::max;
  parts.distinct = aggregate == Aggregate::distinct;
  return parts;
}

template <class Shapes, class Same>
auto& found_or_added(Shapes& shapes, Same&& same) {
  const auto found = std::find_if(shapes.begin(), shapes.end(), same);
  return found == shapes.end() ? shapes.emplace_back() : *found;
}

}  // namespace

StoreShape::StoreShape(const StorePlan& of, const FeatureOptions& chosen)
    : plan(of), options(chosen) {
  for (std::size_t i = 0; i < of.selectors.size(); ++i) {
    if (of.selectors[i].money) money_selectors |= std::uint64_t{1} << i;
  }
  any_money = money_selectors != 0;
  for (std::uint32_t i = 0; i < of.features.size(); ++i) place(i, of.features[i]);

  for (auto& one : log.series) {
    one.form = TallyForm(one.parts);
    one.offset = log.tallies;
    log.tallies += one.form.size();
  }
  log.chunk.columns = static_cast<std::uint32_t>(log_columns.size()) + (of.reversals ? 1u : 0u);
  const auto bits = log.series.size();
  log.chunk.mask_bytes = bits <= 1 ? 0 : bits <= 8 ? 1 : bits <= 16 ? 2 : bits <= 32 ? 4 : 8;

  record = sizeof(KeyRecord);
  for (auto& window : windows) {
    window.form = TallyForm(window.parts);
    window.state = WindowForm(window.parts);
    window.counts_only = window.state.bytes == WindowForm{}.bytes;
    window.offset = record;
    record += window.state.bytes;
    const auto complete = [&](std::vector<WindowAnswer>& of_window,
                              std::vector<WindowAnswer>& all) {
      for (auto& one : of_window) {
        one.offset = window.offset;
        one.state = window.state;
        all.push_back(one);
      }
    };
    complete(window.previous, previous);
    complete(window.current, current);
    if (!window.parts.distinct) continue;
    const auto table = window.offset + window.state.distinct + sizeof(std::uint32_t);
    values.push_back(
        {static_cast<std::uint32_t>(table), log_columns[log.series[window.series].column]});
  }
  for (auto& trail : trails) {
    trail.first = of.reversals ? 2 : 1;
    trail.entry = static_cast<std::uint32_t>(8 * (trail.first + trail.columns.size()));
    trail.offset = record;
    record += sizeof(TrailRoot);
  }
  for (auto& first : firsts) {
    first.offset = record;
    record += sizeof(std::uint32_t);
    values.push_back({first.offset, first.column});
  }
  record = (record + 7) / 8 * 8;
  reach = std::max(reach, longest) + kLateReach;
}

void StoreShape::place(std::uint32_t number, const StoreFeature& feature) {
  const bool money = plan.selectors[feature.selector].money;
  reach = std::max(reach, feature.window);
  if (looks_back(feature.aggregate)) {
    std::vector<std::uint32_t> columns(feature.columns,
                                       feature.columns + info(feature.aggregate).arguments);
    auto& trail = found_or_added(trails, [&](const TrailShape& one) {
      return one.selector == feature.selector && one.columns == columns;
    });
    trail.selector = feature.selector;
    trail.money = money;
    trail.text = columns.size() == 1 && plan.columns[columns[0]].kind == FeatureColumn::Kind::text;
    trail.columns = std::move(columns);
    trail.answers.push_back({number, feature.aggregate, feature.window});
    return;
  }
  if (feature.aggregate == Aggregate::first_seen) {
    auto& first = found_or_added(firsts, [&](const FirstShape& one) {
      return one.selector == feature.selector && one.column == feature.columns[0];
    });
    first.selector = feature.selector;
    first.money = money;
    first.column = feature.columns[0];
    first.features.push_back(number);
    return;
  }
  const auto parts = parts_of(feature.aggregate);
  const auto of = series(feature, parts);
  auto& window = found_or_added(windows, [&](const WindowShape& one) {
    return one.series == of && one.window == feature.window;
  });
  window.window = feature.window;
  window.pane = feature.window / kPanes;
  window.series = of;
  window.mask = log.series[of].mask;
  window.column = log.series[of].column;
  window.type = log.series[of].type;
  window.money = money;
  window.parts.add(parts);
  (feature.previous ? window.previous : window.current)
      .push_back({number, feature.aggregate, money, feature.argument, 0, {}, feature.window});
  longest = std::max(longest, feature.window);
}

// Features of one selector have the same arguments, so one column serves them all.
std::uint32_t StoreShape::series(const StoreFeature& feature, const Parts& parts) {
  const auto known =
      std::find(series_selectors_.begin(), series_selectors_.end(), feature.selector);
  const auto number = static_cast<std::uint32_t>(known - series_selectors_.begin());
  if (known == series_selectors_.end()) {
    series_selectors_.push_back(feature.selector);
    summed_selectors_ |= std::uint64_t{1} << feature.selector;
    auto& made = log.series.emplace_back();
    made.mask = std::uint64_t{1} << number;
    made.type = feature.argument;
    if (info(feature.aggregate).arguments > 0) {
      const auto column = std::find(log_columns.begin(), log_columns.end(), feature.columns[0]);
      made.column = static_cast<std::uint32_t>(column - log_columns.begin());
      if (column == log_columns.end()) log_columns.push_back(feature.columns[0]);
    }
  }
  log.series[number].parts.add(parts);
  return number;
}

std::uint64_t StoreShape::some_series(std::uint64_t selected) const {
  std::uint64_t mask = 0;
  for (std::size_t i = 0; i < series_selectors_.size(); ++i) {
    mask |= (selected >> series_selectors_[i] & 1) << i;
  }
  return mask;
}

}  // namespace assay::core
