#include "core/features/feature_engine.hpp"

#include <algorithm>
#include <cstring>

#include "core/model/invariant.hpp"

namespace assay::core {
namespace {

// Rows between the stages of fetching. One takes longer than memory does to answer, and with more
// the nearest cache would not hold what has come by the time of its turn.
constexpr std::size_t kAhead = 1;

// Of an event's time, nanoseconds: a century and more from 1970, and gaps between two stay whole.
constexpr std::int64_t kFarthest = (std::int64_t{1} << 61) + (std::int64_t{1} << 60);

}  // namespace

FeatureEngine::FeatureEngine(const FeaturePlan& plan, SharedHistory* shared, const Layout& layout,
                             std::uint32_t max_rows)
    : plan_(&plan),
      shared_(shared),
      reader_(plan, layout),
      places_(std::size_t{max_rows} * plan.stores().size()),
      ahead_(max_rows) {
  const auto place = [&](std::optional<Slot> slot) {
    return slot ? std::optional(CellPlace(layout, *slot)) : std::nullopt;
  };
  for (std::uint32_t i = 0; i < plan.stores().size(); ++i) {
    const auto& store = plan.stores()[i];
    any_shared_ |= store.shared;
    auto& made = stores_.emplace_back();
    made.shared = store.shared;
    made.locked = store.shared && shared_ != nullptr && shared_->lock().needed();
    for (const auto number : plan.of_store(i)) {
      const auto& feature = plan.features()[number];
      const bool bytes = feature.type == FieldType::text || feature.type == FieldType::token;
      const bool told_more = feature.coverage || feature.flags;
      made.answers.push_back({CellPlace(layout, feature.value),
                              std::uint64_t{1} << store.features[feature.in_store].selector,
                              !bytes && !told_more, feature.type, feature.value,
                              place(feature.coverage), place(feature.flags)});
    }
  }
  invariant(!any_shared_ || shared_ != nullptr, "shared stores have somebody who holds them");
}

void FeatureEngine::run(RowBlock& block, std::span<const Origin> origins) {
  const auto rows = block.rows();
  if (rows == 0 || plan_->empty()) return;
  for (std::uint32_t row = 0; row < rows && any_shared_; ++row) {
    if (const auto time = event_time(block, row)) {
      shared_since_ = shared_->since(*time);
      break;
    }
  }
  find_places(block, origins);
  constexpr auto kStages = HistoryStore::kStages;
  for (std::size_t i = 0; i < rows + kAhead * kStages; ++i) {
    for (unsigned stage = 0; stage < kStages; ++stage) {
      if (i >= stage * kAhead && i - stage * kAhead < rows) expect(i - stage * kAhead, stage);
    }
    fetches_.ask();
    if (i >= kAhead * kStages) {
      const auto row = static_cast<std::uint32_t>(i - kAhead * kStages);
      compute(block, row, origins[row]);
    }
  }
}

std::optional<std::int64_t> FeatureEngine::event_time(const RowBlock& block,
                                                      std::uint32_t row) const {
  const auto slot = plan_->options().time;
  if (!block.has(row, slot)) return std::nullopt;
  return std::clamp(block.int64(row, slot), -kFarthest, kFarthest);
}

void FeatureEngine::find_places(const RowBlock& block, std::span<const Origin> origins) {
  const auto stores = static_cast<std::uint32_t>(stores_.size());
  auto* place = places_.data();
  for (std::uint32_t row = 0; row < block.rows(); ++row) {
    for (std::uint32_t store = 0; store < stores; ++store, ++place) {
      *place = {};
      if (!reader_.key(store, block, row, place->key)) continue;
      const bool shared = stores_[store].shared;
      place->store = shared ? shared_->store(store, SharedHistory::stripe(place->key))
                            : origins[row].history->store(store);
      place->ahead = true;
    }
    ahead_[row] = true;
  }
}

void FeatureEngine::expect(std::size_t row, unsigned stage) {
  if (!ahead_[row]) return;
  bool ahead = false;
  const auto stores = stores_.size();
  auto* places = &places_[row * stores];
  for (std::size_t store = 0; store < stores; ++store) {
    auto& place = places[store];
    if (!place.ahead) continue;
    place.ahead = stores_[store].locked
                      ? expect_shared(place, stage)
                      : place.store->expect(place.key, stage, place.hint, fetches_);
    ahead |= place.ahead;
  }
  ahead_[row] = ahead;
}

// Not worth waiting for: where another worker is in the stripe, the row does without.
bool FeatureEngine::expect_shared(Place& place, unsigned stage) {
  const auto stripe = SharedHistory::stripe(place.key);
  if (!shared_->lock().try_lock(stripe)) return false;
  const bool ahead = place.store->expect(place.key, stage, place.hint, fetches_);
  shared_->lock().unlock(stripe);
  return ahead;
}

Progress& FeatureEngine::shared_progress(PartitionId partition) {
  for (const auto& known : known_) {
    if (known.partition == partition) return *known.progress;
  }
  known_.push_back({partition, &shared_->progress(partition)});
  return *known_.back().progress;
}

void FeatureEngine::compute(RowBlock& block, std::uint32_t row, const Origin& origin) {
  const auto time = event_time(block, row);
  auto& ours = origin.history->progress();
  if (!ours.since) ours.since = time;
  const bool counts = origin.offset > ours.applied;
  bool counts_shared = counts;
  if (any_shared_) {
    auto& theirs = shared_progress(origin.partition);
    counts_shared = origin.offset > theirs.applied;
    theirs.applied = std::max(theirs.applied, origin.offset);
    if (time) theirs.newest = std::max(theirs.newest, *time);
  }
  if (!counts && !counts_shared) ++counters_.redelivered;
  ours.applied = std::max(ours.applied, origin.offset);
  if (!time) return;
  ours.newest = std::max(ours.newest, *time);

  HistoryEvent event;
  event.time = *time;
  reader_.turn_to(block, row, event, counters_);
  const auto* place = &places_[std::size_t{row} * stores_.size()];
  for (std::uint32_t store = 0; store < stores_.size(); ++store, ++place) {
    if (!place->store) continue;
    const auto selection = reader_.select(store, event);
    // One that takes another back does so without arguments of its own.
    if (selection.complete == 0 && event.reverses == 0) continue;
    event.key = place->key;
    event.hint = place->hint;
    const auto& to = stores_[store];
    const AnswerRow answers(block, row, to.answers, selection.complete, counters_);
    if (to.shared) {
      event.since = shared_since_;
      event.selected = counts_shared ? selection.counting : 0;
      if (!counts_shared) event.reverses = 0;
    } else {
      event.since = *ours.since;
      event.selected = counts ? selection.counting : 0;
      if (!counts) event.reverses = 0;
    }
    if (to.locked) {
      const StripeGuard guard(shared_->lock(), SharedHistory::stripe(place->key));
      place->store->apply(event, answers, counters_);
    } else {
      place->store->apply(event, answers, counters_);
    }
  }
}

}  // namespace assay::core
