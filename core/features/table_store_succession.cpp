// A store out of that of an earlier plan, key by key: of what both remember, the events, panes,
// trails and values are copied, and sums are made anew. What is new counts from now on, and says
// so: its coverage begins here, whatever else of the key is known.
#include <algorithm>

#include "core/features/table_store.hpp"

namespace assay::core {

void TableStore::count_since(std::span<const std::int64_t> times) {
  counted_since_.assign(times.begin(), times.end());
  counted_since_.resize(times.empty() ? 0 : shape_.plan.features.size(), kAlways);
  const auto always = [](std::int64_t time) { return time == kAlways; };
  if (std::ranges::all_of(counted_since_, always)) counted_since_.clear();
}

// How far back each feature may say that it has seen everything. Once every window that ends from
// now on began later than the feature, there is nothing to hold back.
std::span<const std::int64_t> TableStore::reaches(const HistoryEvent& event) {
  reaches_.resize(counted_since_.size());
  bool over = true;
  for (std::size_t i = 0; i < counted_since_.size(); ++i) {
    const auto window = shape_.plan.features[i].window;
    reaches_[i] = AnswerRow::kEverything;
    if (counted_since_[i] == kAlways) continue;
    reaches_[i] = std::clamp<std::int64_t>(event.time - counted_since_[i], 0, window);
    over = over && newest_ - kLateReach - window > counted_since_[i];
  }
  if (over) counted_since_.clear();
  return reaches_;
}

void TableStore::take_over(HistoryStore& elder_store,
                           std::span<const std::optional<std::uint32_t>> origins,
                           std::int64_t now) {
  // One process has one implementation of stores; see the factory.
  auto& elder = static_cast<TableStore&>(elder_store);
  newest_ = elder.newest_;
  oldest_ = elder.oldest_;
  evicted_until_ = elder.evicted_until_;
  clock_ = elder.clock_;
  std::vector<std::int64_t> since;
  for (const auto& origin : origins) {
    const bool limited = origin && !elder.counted_since_.empty();
    since.push_back(!origin ? now : limited ? elder.counted_since_[*origin] : kAlways);
  }
  count_since(since);
  const StoreMatch match(elder.shape_, shape_, origins);
  // Whose turn it is tells which keys are written over: see save_some().
  elder.cut_.sink = nullptr;
  auto all = kAllWork;
  (void)elder.save_some(all);
  elder.turn_ ^= 1;
  KeyIndex::Hand hand;
  for (auto left = elder.keys_; left > 0;) {
    elder.bring_near(hand);
    const auto base = elder.index_.look(hand);
    if (base == 0 || elder.record(base).turn == elder.turn_) continue;
    take_key(elder, base, match);
    elder.record(base).turn = elder.turn_;
    --left;
  }
  counted_bytes_ = bytes();
}

void TableStore::take_key(TableStore& elder, std::uint32_t base, const StoreMatch& match) {
  std::uint32_t newest = 0;
  for (auto from = base; from != 0; from = elder.record(from).other) {
    // Money of other currencies, and nobody asks for money any more.
    if (from != base && !shape_.any_money) break;
    const auto& key = elder.record(from).key;
    const auto handle = make_record(key, 0);
    if (from == base) {
      index_.insert(KeyIndex::tag(key), handle);
      ++keys_;
    } else {
      record(newest).other = handle;
    }
    newest = handle;
    take_record(elder, elder.record(from), record(handle), match);
  }
}

void TableStore::take_record(TableStore& elder, KeyRecord& from, KeyRecord& to,
                             const StoreMatch& match) {
  to.newest = from.newest;
  to.advanced = from.advanced;
  to.covered_from = from.covered_from;
  to.touched = from.touched;
  to.currency = from.currency;
  if (!shape_.windows.empty()) {
    KeyWindows theirs(elder.pool_, elder.shape_, from, elder.scratch_);
    KeyWindows ours(pool_, shape_, to, scratch_);
    const auto& columns = match.log_columns();
    theirs.log().each(
        theirs.log().begin(), theirs.log().end(), [&](const ChunkReader& chunk, unsigned i) {
          const auto mask = match.mask(chunk.mask(i));
          if (mask == 0) return;
          for (std::size_t c = 0; c < columns.size(); ++c) {
            columns_[c] = columns[c] ? chunk.column(*columns[c], i) : 0;
          }
          if (shape_.plan.reversals) {
            const auto id = static_cast<std::uint32_t>(elder.shape_.log_columns.size());
            columns_[columns.size()] = chunk.column(id, i);
          }
          ours.restore(chunk.time(i), mask, columns_.data());
        });
    if (from.panes != 0) take_panes(theirs, ours, elder.shape_, match);
    if (to.advanced != kNever) ours.rebuild();
  }
  take_trails(elder, from, to, match);
  take_firsts(elder, from, to, match);
}

void TableStore::take_panes(const KeyWindows& from, KeyWindows& to, const StoreShape& elder,
                            const StoreMatch& match) {
  to.restore_folded(from.folded());
  for (std::size_t i = 0; i < shape_.windows.size(); ++i) {
    if (!match.windows()[i]) continue;
    const auto& ours = shape_.windows[i];
    const auto& theirs = elder.windows[*match.windows()[i]];
    const auto panes = from.panes(theirs);
    for (std::uint32_t p = 0; p < panes.size(); ++p) {
      to.restore_pane(ours, panes.number(p), panes.tally(p));
    }
    if (!ours.parts.distinct || !theirs.parts.distinct) continue;
    from.each_pane_value(theirs, [&](std::uint64_t value, std::int64_t pane) {
      to.restore_value(ours, value, pane);
    });
    const auto mark = from.values_mark(theirs);
    if (mark != ValueTable::kEmpty) to.restore_mark(ours, mark);
  }
}

void TableStore::take_trails(TableStore& elder, KeyRecord& from, KeyRecord& to,
                             const StoreMatch& match) {
  for (std::size_t i = 0; i < shape_.trails.size(); ++i) {
    if (!match.trails()[i]) continue;
    const auto& ours = shape_.trails[i];
    const auto& theirs = elder.shape_.trails[*match.trails()[i]];
    const Trail old(elder.pool_, theirs, state_at<TrailRoot>(from, theirs.offset));
    Trail trail(pool_, ours, state_at<TrailRoot>(to, ours.offset));
    for (unsigned entry = 0; entry < old.size(); ++entry) {
      const auto* const at = old.entry(entry);
      // Held first: making room for a text may move what an entry stands in.
      std::int64_t held = 0;
      if (ours.text) {
        const auto text = elder.texts_.text(static_cast<std::uint32_t>(at[theirs.first]));
        held = texts_.hold(text, hasher_(text));
      }
      auto* const place = trail.insert(at[0], [](const std::int64_t*) {});
      std::copy(at + 1, at + old.words(), place + 1);
      if (ours.text) place[ours.first] = held;
    }
  }
}

void TableStore::take_firsts(TableStore& elder, KeyRecord& from, KeyRecord& to,
                             const StoreMatch& match) {
  for (std::size_t i = 0; i < shape_.firsts.size(); ++i) {
    if (!match.firsts()[i]) continue;
    const auto& theirs = elder.shape_.firsts[*match.firsts()[i]];
    const ValueTable old(elder.pool_, state_at<std::uint32_t>(from, theirs.offset));
    ValueTable table(pool_, state_at<std::uint32_t>(to, shape_.firsts[i].offset));
    old.each([&](const ValueTable::Entry& entry) {
      auto& made = table.insert(entry.value);
      made.first = entry.first;
      made.second = entry.second;
    });
    if (table.size() > 0) table.set_mark(old.mark());
  }
}

}  // namespace assay::core
