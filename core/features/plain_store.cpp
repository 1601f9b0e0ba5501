#include "core/features/plain_store.hpp"

#include <algorithm>
#include <bit>
#include <set>

#include "core/features/arithmetic.hpp"
#include "core/features/feature_plan.hpp"
#include "core/features/place.hpp"

namespace assay::core {

bool PlainStore::counts(const StoreFeature& feature, const Event& event,
                        std::uint32_t currency) const {
  if ((event.selected >> feature.selector & 1) == 0) return false;
  return !plan_->selectors[feature.selector].money || event.currency == currency;
}

void PlainStore::apply(const HistoryEvent& event, std::span<FeatureAnswer> answers,
                       FeatureCounters& counters) {
  auto found = keys_.find(event.key);
  if (event.reverses != 0) {
    const auto taken = found == keys_.end()
                           ? std::size_t{0}
                           : std::erase_if(found->second.events, [&](const Event& one) {
                               return one.id == event.reverses;
                             });
    ++(taken > 0 ? counters.reversed : counters.reversal_unknown);
  }
  const bool counted = event.selected != 0 && event.reverses == 0;
  if (found == keys_.end() && counted) {
    found = keys_.emplace(event.key, Key{event.since, {}}).first;
  }
  auto* key = found == keys_.end() ? nullptr : &found->second;
  std::size_t at = 0;
  if (key) {
    at = static_cast<std::size_t>(
        std::upper_bound(key->events.begin(), key->events.end(), event.time,
                         [](std::int64_t time, const Event& one) { return time < one.time; }) -
        key->events.begin());
    if (at < key->events.size()) ++counters.late;
  }
  const auto answer_all = [&](bool previous, std::size_t before) {
    for (std::size_t i = 0; i < plan_->features.size(); ++i) {
      const auto& feature = plan_->features[i];
      const bool first = feature.previous || looks_back(feature.aggregate) ||
                         feature.aggregate == Aggregate::first_seen;
      if (first == previous) answer(key, feature, event, before, answers[i]);
    }
  };
  answer_all(true, at);
  if (counted) {
    ++counters.applied;
    Event kept{event.time, event.selected, event.currency, event.id, {}, {}};
    for (std::size_t i = 0; i < plan_->columns.size(); ++i) {
      kept.columns.push_back(event.columns[i]);
      if (plan_->columns[i].kind == FeatureColumn::Kind::text) {
        kept.columns.back() = static_cast<std::int64_t>(kept.texts.size());
        kept.texts.emplace_back(event.texts[event.columns[i]]);
      }
    }
    key->events.insert(key->events.begin() + static_cast<std::ptrdiff_t>(at), std::move(kept));
    ++at;
  }
  answer_all(false, at);
}

void PlainStore::answer(const Key* key, const StoreFeature& feature, const HistoryEvent& event,
                        std::size_t before, FeatureAnswer& to) const {
  to = {};
  const auto since = key ? key->covered_from : event.since;
  to.coverage = std::clamp<std::int64_t>(event.time - since, 0, feature.window);
  if (to.coverage < feature.window) to.flags |= kFeatureCold;
  if (key && before < key->events.size()) to.flags |= kFeatureLate;
  if (looks_back(feature.aggregate)) return look_back(key, feature, event, before, to);

  std::uint64_t count = 0;
  Int128 sum = 0;
  UInt128 squares = 0;
  std::set<std::int64_t> values;
  bool least = feature.aggregate == Aggregate::min;
  std::int64_t extreme = 0;
  std::int64_t first = event.time;
  for (std::size_t i = before; key && i-- > 0;) {
    const auto& one = key->events[i];
    if (event.time - one.time >= feature.window) break;
    if (!counts(feature, one, event.currency)) continue;
    const auto bits = feature.aggregate == Aggregate::count ? 0 : one.columns[feature.columns[0]];
    const auto units = units_of(feature.argument, bits);
    sum += feature.aggregate == Aggregate::stddev ? root_of(units) : units;
    squares += square_of(units);
    values.insert(bits);
    if (feature.aggregate == Aggregate::first_seen && bits == event.columns[feature.columns[0]]) {
      first = one.time;
    }
    const bool is_less = feature.argument == FieldType::float64
                             ? std::bit_cast<double>(bits) < std::bit_cast<double>(extreme)
                             : bits < extreme;
    if (count == 0 || is_less == least) extreme = bits;
    ++count;
  }
  const auto put = [&](double value) {
    to.bits = std::bit_cast<std::int64_t>(value);
    to.present = true;
  };
  switch (feature.aggregate) {
    case Aggregate::count:
      to.bits = static_cast<std::int64_t>(count);
      to.present = true;
      break;
    case Aggregate::distinct:
      to.bits = std::min<std::int64_t>(4096, static_cast<std::int64_t>(values.size()));
      if (values.size() > 4096) to.flags |= kFeatureSaturated;
      to.present = true;
      break;
    case Aggregate::sum: {
      const auto total = sum_of(feature.argument, sum);
      to.bits = total.bits;
      if (total.saturated) to.flags |= kFeatureSaturated;
      to.present = true;
      break;
    }
    case Aggregate::mean:
      if (count > 0) put(mean_of(feature.argument, sum, count));
      break;
    case Aggregate::stddev:
      if (held_of(sum) != 0) to.flags |= kFeatureSaturated;
      if (count > 1) put(stddev_of(feature.argument, sum, squares, count));
      break;
    case Aggregate::min:
    case Aggregate::max:
      to.bits = extreme;
      to.present = count > 0;
      break;
    case Aggregate::first_seen:
      to.bits = event.time - first;
      to.present = true;
      break;
    default:
      break;
  }
}

void PlainStore::look_back(const Key* key, const StoreFeature& feature, const HistoryEvent& event,
                           std::size_t before, FeatureAnswer& to) const {
  std::size_t newer = 0;
  if (!key) return;
  for (std::size_t i = key->events.size(); i-- > 0 && newer < 8;) {
    const auto& one = key->events[i];
    if (!counts(feature, one, event.currency)) continue;
    ++newer;
    if (i >= before) continue;
    if (event.time - one.time >= feature.window) return;
    to.present = true;
    if (feature.aggregate == Aggregate::elapsed) {
      to.bits = event.time - one.time;
    } else if (feature.aggregate == Aggregate::last) {
      to.bits = one.columns[feature.columns[0]];
      if (plan_->columns[feature.columns[0]].kind == FeatureColumn::Kind::text) {
        to.text = one.texts[static_cast<std::size_t>(to.bits)];
      }
    } else {
      const auto degrees = [&](const std::int64_t* columns, int which) {
        return std::bit_cast<double>(columns[feature.columns[which]]);
      };
      const auto speed =
          speed_kmh(distance_km(degrees(one.columns.data(), 0), degrees(one.columns.data(), 1),
                                degrees(event.columns, 0), degrees(event.columns, 1)),
                    event.time - one.time);
      to.present = speed.has_value();
      to.bits = std::bit_cast<std::int64_t>(speed.value_or(0));
    }
    return;
  }
}

}  // namespace assay::core
