// What a store's windows answer: in order each is moved, read, counted into and read again, one
// behind the other; a late transaction's are read out of the log.
#include <algorithm>

#include "core/features/arithmetic.hpp"
#include "core/features/table_store.hpp"

namespace assay::core {
namespace {

std::uint32_t distinct_of(const WindowState& state) { return state.distinct().values; }
std::uint32_t distinct_of(const WindowSum& sum) { return sum.values; }

// The value that an answer asks for. `sums`: a window's state or a WindowSum; `more`: there may be
// more distinct values.
template <class Sums>
[[gnu::always_inline]] inline void put_value(const WindowAnswer& one, const Sums& sums, bool more,
                                             FeatureAnswer& to) {
  to.present = true;
  switch (one.aggregate) {
    case Aggregate::sum: {
      const auto total = sum_of(one.argument, sums.sum());
      to.bits = total.bits;
      if (total.saturated) to.flags |= kFeatureSaturated;
      break;
    }
    case Aggregate::mean:
      to.present = sums.count() > 0;
      if (to.present) to.put(mean_of(one.argument, sums.sum(), sums.count()));
      break;
    case Aggregate::stddev:
      if (held_of(sums.roots()) != 0) to.flags |= kFeatureSaturated;
      to.present = sums.count() > 1;
      if (to.present) {
        to.put(stddev_of(one.argument, sums.roots(), sums.squares(), sums.count()));
      }
      break;
    case Aggregate::min:
      to.present = sums.count() > 0;
      to.bits = ordered(one.argument, sums.least());
      break;
    case Aggregate::max:
      to.present = sums.count() > 0;
      to.bits = ordered(one.argument, sums.greatest());
      break;
    case Aggregate::distinct: {
      const std::uint32_t values = distinct_of(sums);
      to.bits = more ? kMostValues : std::min(values, kMostValues);
      if (more || values > kMostValues) to.flags |= kFeatureSaturated;
      break;
    }
    default:
      to.bits = static_cast<std::int64_t>(sums.count());
      break;
  }
}

}  // namespace

void TableStore::pass_windows(Passage& passage, KeyRecord& record, Kind kind,
                              std::uint64_t selected) {
  if (shape_.windows.empty()) return;
  KeyWindows windows(pool_, shape_, record, scratch_);
  const auto mask = shape_.log_mask(selected);
  if (mask != 0) {
    auto* to = columns_.data();
    const auto* const from = passage.event.columns;
    for (const auto column : std::span(shape_.log_columns)) *to++ = from[column];
    *to = static_cast<std::int64_t>(passage.event.id);
  }
  const auto time = passage.event.time;
  if (time < record.advanced || !passage.within()) {
    pass_late(passage, windows, kind, mask);
  } else if (record.panes != 0) {
    pass_with_panes(passage, windows, record, kind, mask);
  } else {
    pass_in_order(passage, windows, record, kind, mask);
  }
}

// All of the record's windows are moved, asked for or not: they stand at one time. Each step is
// taken for all of them, so that little has to be at hand in it.
void TableStore::pass_in_order(const Passage& passage, KeyWindows& windows, KeyRecord& record,
                               Kind kind, std::uint64_t mask) {
  const auto time = passage.event.time;
  record.advanced = time;
  windows.move(time);
  answer_all(passage, shape_.previous, record, kind);
  if (mask != 0) windows.enter(time, mask, columns_.data());
  answer_all(passage, shape_.current, record, kind);
  if (mask != 0) windows.append(time, mask, columns_.data());
}

// What is promised of a key's history reaches further back than any window that ends now.
void TableStore::answer_all(const Passage& passage, std::span<const WindowAnswer> wanted,
                            KeyRecord& record, Kind kind) {
  const auto seen = std::max<std::int64_t>(0, passage.event.time - passage.covered_from);
  const auto flags = passage.flags;
  auto* const answers = passage.answers.data();
  for (const auto& one : wanted) {
    if (!belongs(one.money, kind)) continue;
    auto& to = answers[one.feature];
    to.coverage = std::min(seen, one.window);
    to.flags = seen < one.window ? flags | kFeatureCold : flags;
    put_value(one, WindowState(&state_at<std::byte>(record, one.offset), one.state), false, to);
  }
}

// The same for a key of which older events are known by panes.
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
    auto& to = passage.answers[one.feature];
    covered.put(to);
    put_value(one, sums, doubt.saturated, to);
  }
}

void TableStore::answer_nothing(Passage& passage) const {
  for (const auto& window : shape_.windows) {
    answer(passage, window, window.previous, WindowSum{}, WindowDoubt{});
    answer(passage, window, window.current, WindowSum{}, WindowDoubt{});
  }
  for (const auto& trail : shape_.trails) answer_previous(passage, trail, nullptr);
  for (const auto& first : shape_.firsts) {
    for (const auto feature : first.features) {
      auto& to = passage.answers[feature];
      cover(passage, shape_.plan->features[feature].window).put(to);
      to.bits = 0;
      to.present = true;
    }
  }
}

}  // namespace assay::core
