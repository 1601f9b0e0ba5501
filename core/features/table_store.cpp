#include "core/features/table_store.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <new>
#include <string>

#include "core/features/arithmetic.hpp"
#include "core/features/place.hpp"

namespace assay::core {

namespace {

std::uint64_t fingerprint_of(const FeaturePlan& plan, std::uint32_t store) {
  std::string all;
  for (const auto feature : plan.of_store(store)) all += plan.features()[feature].text + '\n';
  for (const auto& selector : plan.stores()[store].selectors) all += selector.money ? 'm' : '-';
  all += plan.stores()[store].reversals ? 'r' : '-';
  return IdHasher(plan.options().hash_key)(all);
}

}  // namespace

TableStore::TableStore(const FeaturePlan& plan, std::uint32_t store, MemoryShare& share)
    : shape_(plan.stores()[store], plan.options()),
      fingerprint_(fingerprint_of(plan, store)),
      share_(&share),
      hasher_(plan.options().hash_key),
      pool_(*plan.options().memory),
      index_(*plan.options().memory),
      columns_(shape_.log.chunk.columns + 1) {}

std::uint32_t TableStore::find(const StoreKey& key) const {
  return index_.find(KeyIndex::tag(key),
                     [&](std::uint32_t handle) { return record(handle).key == key; });
}

std::int64_t TableStore::covered_from(const HistoryEvent& event) const {
  return std::max(event.since, evicted_until_);
}

std::uint32_t TableStore::make_record(const StoreKey& key, std::int64_t covered_from) {
  const auto handle = pool_.allocate(shape_.record);
  std::memset(pool_.at(handle), 0, shape_.record);
  auto* const made = new (pool_.at(handle)) KeyRecord{};
  made->key = key;
  made->covered_from = covered_from;
  KeyWindows(pool_, shape_, *made, scratch_).begin();
  return handle;
}

std::uint32_t TableStore::create(const HistoryEvent& event, FeatureCounters& counters) {
  make_room(0, counters);
  const auto handle = make_record(event.key, covered_from(event));
  index_.insert(KeyIndex::tag(event.key), handle);
  ++keys_;
  return handle;
}

std::uint32_t TableStore::money_record(std::uint32_t base, std::uint32_t currency, bool wanted) {
  auto& home = record(base);
  if (home.currency == currency) return base;
  if (home.currency == 0) {
    if (wanted) home.currency = currency;
    return base;
  }
  for (auto other = home.other; other != 0; other = record(other).other) {
    if (record(other).currency == currency) return other;
  }
  if (!wanted) return 0;
  const auto made = make_record(home.key, home.covered_from);
  record(made).currency = currency;
  record(made).other = home.other;
  home.other = made;
  return made;
}

void TableStore::apply(const HistoryEvent& event, std::span<FeatureAnswer> answers,
                       FeatureCounters& counters) {
  for (const auto text : dropped_) texts_.release(text);
  dropped_.clear();
  newest_ = std::max(newest_, event.time);
  auto base = find(event.key);
  if (event.reverses != 0) {
    const bool taken = base != 0 && take_back(base, event);
    ++(taken ? counters.reversed : counters.reversal_unknown);
  }
  const bool counted = event.selected != 0 && event.reverses == 0;
  if (base == 0 && counted) base = create(event, counters);
  Passage passage{event, answers, counted ? event.selected : 0, kNever, false, counted, 0, 0};
  if (base == 0) {
    passage.covered_from = covered_from(event);
    answer_nothing(passage);
    return;
  }
  auto& home = record(base);
  home.touched = ++clock_;
  passage.covered_from = home.covered_from;
  passage.newest = home.newest;
  passage.late = event.time < home.newest;
  if (passage.late) {
    passage.flags = kFeatureLate;
    ++counters.late;
  }
  const auto money =
      shape_.any_money
          ? money_record(base, event.currency, (passage.selected & shape_.money_selectors) != 0)
          : base;
  if (money == base) {
    pass(passage, home, Kind::both);
  } else {
    if (money == 0) answer_nothing(passage);
    pass(passage, home, Kind::plain);
    if (money != 0) pass(passage, record(money), Kind::money);
  }
  if (counted) {
    ++counters.applied;
    home.newest = std::max(home.newest, event.time);
  }
  const auto now = bytes();
  share_->used += now - counted_bytes_;
  counted_bytes_ = now;
  if (share_->exceeded()) make_room(base, counters);
}

void TableStore::pass(Passage& passage, KeyRecord& record, Kind kind) {
  const auto mine = kind == Kind::both    ? passage.selected
                    : kind == Kind::money ? passage.selected & shape_.money_selectors
                                          : passage.selected & ~shape_.money_selectors;
  pass_windows(passage, record, kind, mine);
  pass_trails(passage, record, kind);
  pass_firsts(passage, record, kind);
}

void TableStore::pass_windows(Passage& passage, KeyRecord& record, Kind kind,
                              std::uint64_t selected) {
  if (shape_.windows.empty()) return;
  KeyWindows windows(pool_, shape_, record, scratch_);
  const auto time = passage.event.time;
  // How far back the history of a key is promised to reach.
  const bool within = passage.newest == kNever || time >= passage.newest - kLateReach;
  const bool in_order = time >= record.advanced && within;
  const auto from = [&](const WindowShape& window) {
    const auto start = time - window.window;
    return within ? start : std::max(start, passage.newest - window.window - kLateReach);
  };
  const auto mask = shape_.log_mask(selected);
  const auto read = [&](const WindowShape& window, bool previous) {
    if (in_order) return windows.read(window, time);
    auto sum = windows.read(window, from(window), time);
    if (!previous && mask != 0) windows.include(window, time, mask, columns_.data(), sum);
    return sum;
  };
  const auto answer_all = [&](bool previous) {
    for (const auto& window : shape_.windows) {
      if (!belongs(window.money, kind)) continue;
      const bool asked = std::any_of(
          window.features.begin(), window.features.end(),
          [&](auto feature) { return shape_.plan->features[feature].previous == previous; });
      if (!asked) continue;
      answer(passage, window, previous, read(window, previous));
    }
  };
  if (in_order) {
    // All of the record's windows, asked for or not: they stand at one time.
    for (const auto& window : shape_.windows) windows.move(window, time);
    record.advanced = time;
  }
  answer_all(true);
  if (mask != 0) {
    std::size_t i = 0;
    for (const auto column : shape_.log_columns) columns_[i++] = passage.event.columns[column];
    columns_[i] = static_cast<std::int64_t>(passage.event.id);
    windows.count(time, mask, columns_.data());
  }
  answer_all(false);
}

void TableStore::cover(const Passage& passage, std::uint32_t feature) const {
  auto& to = passage.answers[feature];
  const auto window = shape_.plan->features[feature].window;
  auto since = passage.covered_from;
  if (passage.newest != kNever) since = std::max(since, passage.newest - window - kLateReach);
  to.coverage = std::clamp<std::int64_t>(passage.event.time - since, 0, window);
  to.flags = passage.flags;
  if (to.coverage < window) to.flags |= kFeatureCold;
  to.present = false;
}

void TableStore::answer(const Passage& passage, const WindowShape& window, bool previous,
                        const WindowSum& sum) const {
  const auto& tally = sum.tally;
  for (const auto number : window.features) {
    const auto& feature = shape_.plan->features[number];
    if (feature.previous != previous) continue;
    auto& to = passage.answers[number];
    cover(passage, number);
    if (sum.approximate) to.flags |= kFeatureApproximate;
    if (sum.known_from > passage.event.time - to.coverage) {
      to.coverage = std::max<std::int64_t>(0, passage.event.time - sum.known_from);
      to.flags |= kFeatureCold;
    }
    const auto put = [&](double value) {
      to.bits = std::bit_cast<std::int64_t>(value);
      to.present = true;
    };
    const auto extreme = [&](std::int64_t value) {
      to.bits = ordered(feature.argument, value);
      to.present = tally.count > 0;
    };
    switch (feature.aggregate) {
      case Aggregate::sum: {
        const auto total = sum_of(feature.argument, tally.sum);
        to.bits = total.bits;
        to.present = true;
        if (total.saturated) to.flags |= kFeatureSaturated;
        break;
      }
      case Aggregate::mean:
        if (tally.count > 0) put(mean_of(feature.argument, tally.sum, tally.count));
        break;
      case Aggregate::stddev:
        if (held_of(tally.roots) != 0) to.flags |= kFeatureSaturated;
        if (tally.count > 1) {
          put(stddev_of(feature.argument, tally.roots, tally.squares, tally.count));
        }
        break;
      case Aggregate::min:
        extreme(tally.least);
        break;
      case Aggregate::max:
        extreme(tally.greatest);
        break;
      case Aggregate::distinct:
        to.bits = static_cast<std::int64_t>(std::min<std::uint64_t>(sum.distinct, kMostValues));
        to.present = true;
        if (sum.saturated) to.bits = kMostValues;
        if (sum.saturated || sum.distinct > kMostValues) to.flags |= kFeatureSaturated;
        break;
      default:
        to.bits = static_cast<std::int64_t>(tally.count);
        to.present = true;
        break;
    }
  }
}

void TableStore::answer_nothing(Passage& passage) const {
  for (const auto& window : shape_.windows) {
    answer(passage, window, true, {});
    answer(passage, window, false, {});
  }
  for (const auto& trail : shape_.trails) answer_previous(passage, trail, nullptr);
  for (const auto& first : shape_.firsts) {
    for (const auto feature : first.features) {
      cover(passage, feature);
      passage.answers[feature].bits = 0;
      passage.answers[feature].present = true;
    }
  }
}

void TableStore::expect(const StoreKey& key, unsigned stage) const {
  const auto tag = KeyIndex::tag(key);
  if (stage == 0) return index_.prefetch(tag);
  const auto handle = index_.guess(tag);
  if (handle == 0) return;
  const auto* const at = pool_.at(handle);
  if (stage == 1) {
    for (std::uint32_t i = 0; i < shape_.record; i += 64) __builtin_prefetch(at + i);
    return;
  }
  auto& held = record(handle);
  const auto fetch = [&](std::uint32_t block, int lines) {
    if (block == 0) return;
    const auto* const begin = pool_.at(block);
    for (int line = 0; line < lines; ++line) __builtin_prefetch(begin + line * 64);
  };
  fetch(held.log.block, 3);
  for (const auto& trail : shape_.trails) {
    fetch(state_at<TrailRoot>(held, trail.offset).block, 2);
  }
  for (const auto& first : shape_.firsts) fetch(state_at<std::uint32_t>(held, first.offset), 2);
}

}  // namespace assay::core
