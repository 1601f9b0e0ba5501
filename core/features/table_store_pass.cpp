// A transaction's way through a store: what nearly every one of them takes, and nothing else.
//
// It is made of small steps, which g++ at -O2 does not inline: a call for each would cost a tenth
// of it. So they are flattened into two functions, and what is rarely needed stands elsewhere.
#include <algorithm>

#include "core/features/table_store.hpp"
#include "core/features/window_value.hpp"

namespace assay::core {

std::uint32_t TableStore::find(const StoreKey& key, const KeyHint& hint) const {
  const bool sound = hint.record != 0 && hint.as_of == forgotten_;
  return sound && record(hint.record).key == key ? hint.record : find(key);
}

[[gnu::flatten]] void TableStore::apply(const HistoryEvent& event, const AnswerRow& answers,
                                        FeatureCounters& counters) {
  for (const auto text : dropped_) texts_.release(text);
  dropped_.clear();
  newest_ = std::max(newest_, event.time);
  oldest_ = std::min(oldest_, event.time);
  auto base = find(event.key, event.hint);
  if (base != 0) keep_for_cut(base);
  if (event.reverses != 0) {
    const bool taken = base != 0 && take_back(base, event);
    ++(taken ? counters.reversed : counters.reversal_unknown);
  }
  const bool counted = event.selected != 0 && event.reverses == 0;
  if (base == 0 && counted) base = create(event, counters);
  const auto limited = counted_since_.empty() ? answers : answers.within(reaches(event));
  Passage passage{event, limited, counted ? event.selected : 0};
  if (base == 0) {
    passage.covered_from = covered_from(event);
    answer_nothing(passage, Kind::both);
    return;
  }
  auto& home = record(base);
  expect_values(event, home);
  home.touched = ++clock_ & kClock;
  passage.covered_from = home.covered_from;
  if (home.newest != kNever) passage.since_newest = home.newest - kLateReach;
  if (event.time < home.newest) {
    passage.flags = kFeatureLate;
    ++counters.late;
  }
  const auto money =
      shape_.any_money && home.currency != event.currency
          ? money_record(base, event.currency, (passage.selected & shape_.money_selectors) != 0)
          : base;
  if (money == base) {
    pass(passage, home, Kind::both);
  } else {
    if (money == 0) answer_nothing(passage, Kind::money);
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

[[gnu::noinline, gnu::flatten]] void TableStore::pass(Passage& passage, KeyRecord& record,
                                                      Kind kind) {
  const auto mine = kind == Kind::both    ? passage.selected
                    : kind == Kind::money ? passage.selected & shape_.money_selectors
                                          : passage.selected & ~shape_.money_selectors;
  if (!shape_.windows.empty()) pass_windows(passage, record, kind, mine);
  if (!shape_.trails.empty()) pass_trails(passage, record, kind);
  if (!shape_.firsts.empty()) pass_firsts(passage, record, kind);
}

void TableStore::pass_windows(Passage& passage, KeyRecord& record, Kind kind,
                              std::uint64_t selected) {
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
  for (const auto& one : wanted) {
    if (!belongs(one.money, kind)) continue;
    FeatureAnswer to;
    to.coverage = std::min(seen, one.window);
    to.flags = seen < one.window ? flags | kFeatureCold : flags;
    put_value(one, WindowState(&state_at<std::byte>(record, one.offset), one.state), false, to);
    passage.answers.put(one.feature, to);
  }
}

// Where the tables have the event's values: only now is that known.
void TableStore::expect_values(const HistoryEvent& event, KeyRecord& held) const {
  for (const auto& values : shape_.values) {
    ValueTable(const_cast<BlockPool&>(pool_), state_at<std::uint32_t>(held, values.offset))
        .prefetch(static_cast<std::uint64_t>(event.columns[values.column]));
  }
}

}  // namespace assay::core
