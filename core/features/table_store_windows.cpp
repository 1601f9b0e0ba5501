// What a store's windows answer where the usual way does not do: for a key of which older events
// are known by panes, for a late transaction, for a key that is not held.
#include <algorithm>

#include "core/features/table_store.hpp"
#include "core/features/window_value.hpp"

namespace assay::core {

void TableStore::pass_with_panes(const Passage& passage, KeyWindows& windows, KeyRecord& record,
                                 Kind kind, std::uint64_t mask) {
  const auto time = passage.event.time;
  record.advanced = time;
  for (const auto& window : shape_.windows) {
    const auto state = windows.state(window);
    if (state.count() > 0) windows.leave_until(window, time - window.window);
    const bool asked = belongs(window.money, kind);
    const auto doubt = windows.doubt(window, time);
    if (asked) answer(passage, window, window.previous, state, doubt);
    if ((mask & window.mask) != 0) windows.enter(window, time, columns_[window.column]);
    if (asked) answer(passage, window, window.current, state, doubt);
  }
  if (mask != 0) windows.append(time, mask, columns_.data());
}

void TableStore::pass_late(const Passage& passage, KeyWindows& windows, Kind kind,
                           std::uint64_t mask) {
  const auto time = passage.event.time;
  const auto answer_all = [&](bool previous) {
    for (const auto& window : shape_.windows) {
      const auto& wanted = previous ? window.previous : window.current;
      if (wanted.empty() || !belongs(window.money, kind)) continue;
      // No further back than the history of a key is promised to reach.
      const auto from = std::max(time - window.window, passage.reach(window.window));
      auto sum = windows.read(window, from, time);
      if (!previous && mask != 0) windows.include(window, time, mask, columns_.data(), sum);
      answer(passage, window, wanted, sum, sum.doubt);
    }
  };
  answer_all(true);
  if (mask != 0) windows.count(time, mask, columns_.data());
  answer_all(false);
}

template <class Sums>
void TableStore::answer(const Passage& passage, const WindowShape& window,
                        const std::vector<WindowAnswer>& wanted, const Sums& sums,
                        const WindowDoubt& doubt) const {
  auto covered = cover(passage, window.window);
  if (doubt.approximate) covered.flags |= kFeatureApproximate;
  if (doubt.known_from > passage.event.time - covered.coverage) {
    covered.coverage = std::max<std::int64_t>(0, passage.event.time - doubt.known_from);
    covered.flags |= kFeatureCold;
  }
  for (const auto& one : wanted) {
    FeatureAnswer to;
    covered.put(to);
    put_value(one, sums, doubt.saturated, to);
    passage.answers.put(one.feature, to);
  }
}

void TableStore::answer_nothing(Passage& passage, Kind kind) const {
  for (const auto& window : shape_.windows) {
    if (!belongs(window.money, kind)) continue;
    answer(passage, window, window.previous, WindowSum{}, WindowDoubt{});
    answer(passage, window, window.current, WindowSum{}, WindowDoubt{});
  }
  for (const auto& trail : shape_.trails) {
    if (belongs(trail.money, kind)) answer_previous(passage, trail, nullptr);
  }
  for (const auto& first : shape_.firsts) {
    if (!belongs(first.money, kind)) continue;
    for (const auto feature : first.features) {
      FeatureAnswer to;
      cover(passage, shape_.plan.features[feature].window).put(to);
      to.present = true;
      passage.answers.put(feature, to);
    }
  }
}

}  // namespace assay::core
