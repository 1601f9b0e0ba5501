#include "core/features/key_windows.hpp"

#include <algorithm>
#include <cstring>
#include <optional>
#include <tuple>

#include "core/features/value_changes.hpp"

namespace assay::core {
namespace {

bool is_before(const LogPosition& a, const LogPosition& b) {
  return std::tie(a.directory, a.chunk, a.index) < std::tie(b.directory, b.chunk, b.index);
}

}  // namespace

void KeyWindows::begin() {
  for (const auto& window : shape_->windows) state(window).begin();
}

void KeyWindows::move_tall(std::int64_t time) {
  for (const auto& window : std::span(shape_->windows)) {
    const auto now = state(window);
    if (now.count() == 0) continue;
    const auto until = time - window.window;
    ChunkView chunk;
    if (log_.resolve(now.cursor(), chunk) && chunk.time(now.cursor().index) > until) continue;
    leave_until(window, until);
  }
}

void KeyWindows::leave_until(const WindowShape& window, std::int64_t until) {
  const auto now = state(window);
  auto& cursor = now.cursor();
  ChunkView chunk;
  while (log_.resolve(cursor, chunk)) {
    const ChunkReader held(chunk);
    unsigned i = cursor.index;
    for (; i < held.end() && held.time(i) <= until; ++i) {
      if (!held.has(i, window.mask)) continue;
      if (window.counts_only) {
        --now.count();
        continue;
      }
      const auto bits = held.column(window.column, i);
      now.remove(window.type, bits);
      if (!window.parts.distinct) continue;
      cursor.index = static_cast<std::uint8_t>(i + 1);
      leave_value(window, bits);
    }
    cursor.index = static_cast<std::uint8_t>(i);
    if (i < held.end()) break;
  }
  if (record_->panes != 0) drop_panes(window, until);
  if (!window.counts_only) left(window, until);
}

// Of an event that was counted; the cursor stands behind it.
void KeyWindows::leave_value(const WindowShape& window, std::int64_t bits) {
  const auto now = state(window);
  auto& distinct = now.distinct();
  if (distinct.table == 0) {
    if (!holds(window, bits, now.cursor())) --distinct.values;
    return;
  }
  ValueTable table(*pool_, distinct.table);
  auto* const entry = table.find(static_cast<std::uint64_t>(bits));
  if (--entry->first == 0 && entry->second == kNoPane) {
    table.erase(*entry);
    --distinct.values;
  }
}

// Whether one of the events from there to the end has the value.
bool KeyWindows::holds(const WindowShape& window, std::int64_t value,
                       const LogPosition& from) const {
  auto at = from;
  ChunkView chunk;
  while (log_.resolve(at, chunk)) {
    const ChunkReader held(chunk);
    for (unsigned i = at.index; i < held.end(); ++i) {
      if (held.column(window.column, i) == value && held.has(i, window.mask)) return true;
    }
    at.index = static_cast<std::uint8_t>(held.end());
  }
  return false;
}

void KeyWindows::drop_panes(const WindowShape& window, std::int64_t until) {
  const auto now = state(window);
  auto list = panes(window);
  const auto first = pane_of(until + 1, window.pane);
  bool dropped = false;
  while (list.size() > 0 && list.number(0) < first) {
    now.subtract(list.tally(0));
    list.drop_first();
    dropped = true;
  }
  if (!dropped || !window.parts.distinct) return;
  auto& distinct = now.distinct();
  const ValueTable table(*pool_, distinct.table);
  table.erase_if([&](ValueTable::Entry& entry) {
    if (entry.second < first) entry.second = kNoPane;
    if (entry.first > 0 || entry.second != kNoPane) return false;
    --distinct.values;
    return true;
  });
}

// Looks for minimum and maximum anew. What is known by a sum is remembered with the time at which
// that sum begins: it is looked at again when the window has come that far.
void KeyWindows::rescan(const WindowShape& window) {
  const auto now = state(window);
  now.forget_extremes();
  const auto merge_in = [&](std::int64_t least, std::int64_t greatest, std::int64_t time) {
    if (window.parts.least && least <= now.least()) now.set_least(least, time);
    if (window.parts.greatest && greatest >= now.greatest()) now.set_greatest(greatest, time);
  };
  if (record_->panes != 0) {
    const auto list = panes(window);
    for (std::uint32_t i = 0; i < list.size(); ++i) {
      const auto tally = list.tally(i);
      merge_in(tally.least, tally.greatest, (list.number(i) + 1) * window.pane - 1);
    }
  }
  log_.parts(
      now.cursor(), log_.end(), window.series,
      [&](const ChunkView& chunk, unsigned from, unsigned to) {
        for (auto i = from; i < to; ++i) {
          if ((chunk.mask(i) & series(window).mask) == 0) continue;
          const auto value = ordered(series(window).type, chunk.column(series(window).column, i));
          merge_in(value, value, chunk.time(i));
        }
      },
      [&](const Tally& tally, std::int64_t first) {
        if (tally.count > 0) merge_in(tally.least, tally.greatest, first);
      });
}

WindowDoubt KeyWindows::doubt_by_panes(const WindowShape& window, std::int64_t time) const {
  WindowDoubt doubt;
  const auto until = time - window.window;
  doubt.approximate = until < folded();
  if (window.parts.distinct) {
    const auto mark = ValueTable(*pool_, state(window).distinct().table).mark();
    doubt.saturated = mark != ValueTable::kEmpty && mark >= pane_of(until + 1, window.pane);
  }
  return doubt;
}

WindowSum KeyWindows::read(const WindowShape& window, std::int64_t from, std::int64_t to) {
  WindowSum sum;
  const auto begin = log_.after(from);
  const auto end = log_.after(to);
  sum.tally = tally(window, begin, end);
  auto first_pane = kNoPane + 1;
  if (record_->panes != 0 && from < folded()) {
    sum.doubt.approximate = true;
    sum.doubt.known_from = start(window);
    first_pane = pane_of(from + 1, window.pane);
    const auto list = panes(window);
    for (std::uint32_t i = 0; i < list.size(); ++i) {
      if (list.number(i) < first_pane || list.number(i) * window.pane > to) continue;
      merge(sum.tally, list.tally(i));
    }
  }
  if (window.parts.distinct) {
    const auto reach =
        sum.doubt.approximate ? first_pane : std::numeric_limits<std::int64_t>::max();
    sum.values = static_cast<std::uint32_t>(distinct(window, begin, end, reach));
    const ValueTable table(*pool_, state(window).distinct().table);
    sum.doubt.saturated = table.mark() != ValueTable::kEmpty && table.mark() >= reach;
  }
  return sum;
}

// Mostly it is not far from what the running window comes to: less what came later, and with what
// lies before it. Extremes cannot be taken away, and what is known by panes has no positions.
Tally KeyWindows::tally(const WindowShape& window, LogPosition from, LogPosition to) {
  const auto now = state(window);
  const bool extremes = window.parts.least || window.parts.greatest;
  auto begin = now.cursor();
  if (extremes || record_->panes != 0 || !log_.tall() || is_before(to, begin)) {
    return log_.tally(from, to, window.series);
  }
  ChunkView chunk;
  log_.resolve(begin, chunk);
  auto all = now.tally();
  if (is_before(from, begin)) merge(all, log_.tally(from, begin, window.series));
  if (is_before(begin, from)) take_away(all, log_.tally(begin, from, window.series));
  take_away(all, log_.tally(to, log_.end(), window.series));
  return all;
}

std::uint64_t KeyWindows::distinct(const WindowShape& window, LogPosition from, LogPosition to,
                                   std::int64_t first_pane) {
  const auto now = state(window);
  if (now.distinct().table != 0 && !is_before(to, now.cursor())) {
    return distinct_by_change(window, from, to, first_pane);
  }
  auto& values = *scratch_;
  log_.each(from, to, [&](const ChunkReader& events, unsigned i) {
    if (events.has(i, window.mask)) values.push_back(events.column(window.column, i));
  });
  std::sort(values.begin(), values.end());
  const auto count = std::unique(values.begin(), values.end()) - values.begin();
  values.clear();
  return static_cast<std::uint64_t>(count);
}

// From the counts of the running window: with what lies before it, without what came later. Costs
// as much as there are events between the two.
std::uint64_t KeyWindows::distinct_by_change(const WindowShape& window, LogPosition from,
                                             LogPosition to, std::int64_t first_pane) {
  const auto now = state(window);
  ValueChanges changes(*scratch_);
  const auto change = [&](LogPosition begin, LogPosition end, int by) {
    log_.each(begin, end, [&](const ChunkReader& events, unsigned i) {
      if (events.has(i, window.mask)) changes.note(events.column(window.column, i), by);
    });
  };
  auto until = now.cursor();
  ChunkView chunk;
  log_.resolve(until, chunk);
  if (is_before(from, until)) change(from, until, 1);
  if (is_before(until, from)) change(until, from, -1);
  change(to, log_.end(), -1);
  const ValueTable table(*pool_, now.distinct().table);
  std::int64_t count = 0;
  const bool all_panes = first_pane != std::numeric_limits<std::int64_t>::max();
  if (record_->panes == 0 || all_panes) {
    count = table.size();
  } else {
    table.each([&](const ValueTable::Entry& entry) { count += entry.first > 0; });
  }
  changes.each(table, [&](std::int64_t by, const ValueTable::Entry* known) {
    const auto before = known ? known->first : 0;
    if (all_panes && known && known->second != kNoPane) return;
    count += (before + by > 0) - (before > 0);
  });
  return static_cast<std::uint64_t>(count);
}

void KeyWindows::enter_values(const WindowShape& window, std::int64_t bits) {
  const auto now = state(window);
  auto& distinct = now.distinct();
  if (distinct.table == 0 && now.count() < kLookedThrough) {
    if (now.count() == 0 || !holds(window, bits, now.cursor())) ++distinct.values;
    return;
  }
  if (distinct.table == 0) make_table(window);
  ValueTable table(*pool_, distinct.table);
  const auto value = static_cast<std::uint64_t>(bits);
  const auto [known, place] = table.seek(value);
  if (known != nullptr) {
    ++known->first;
    return;
  }
  auto& entry = table.insert(value, place);
  entry.first = 1;
  entry.second = kNoPane;
  ++distinct.values;
}

void KeyWindows::count(std::int64_t time, std::uint64_t mask, const std::int64_t* columns) {
  if (record_->panes != 0 && time < folded()) return count_into_panes(time, mask, columns);
  for (const auto& window : shape_->windows) {
    if ((mask & window.mask) == 0 || time <= start(window)) continue;
    enter(window, time, columns[window.column]);
  }
  append(time, mask, columns);
}

void KeyWindows::append_slowly(std::int64_t time, std::uint64_t mask, const std::int64_t* columns) {
  const auto newest = std::max(record_->advanced, time);
  const auto horizon = newest - shape_->longest - kLateReach;
  if (const auto places = log_.make_room(time, horizon)) {
    lower_cursors(*places);
    return append(time, mask, columns);
  }
  const bool moved = log_.insert(time, mask, columns, horizon);
  if (moved || time < record_->advanced) find_cursors();
  // Looking at the oldest events is dear: once for each chunk.
  if (log_.tall() && (log_.begins_chunk() || has_too_many())) make_room();
}

void KeyWindows::include(const WindowShape& window, std::int64_t time, std::uint64_t mask,
                         const std::int64_t* columns, WindowSum& sum) const {
  const auto& of = series(window);
  if (time >= folded() || time > start(window) || (mask & of.mask) == 0) return;
  add_to(sum.tally, window.parts, of.type, bits_of(window, columns));
  ++sum.values;
}

void KeyWindows::find_cursors() {
  for (const auto& window : shape_->windows) state(window).cursor() = log_.after(start(window));
}

// Of a short log. A window that has nothing in it may stand on events that are gone, and whose
// times are not kept up.
void KeyWindows::lower_cursors(unsigned places) {
  const unsigned first = log_.begin().index;
  for (const auto& window : std::span(shape_->windows)) {
    auto& index = state(window).cursor().index;
    const auto lower = index < places ? 0u : index - places;
    index = static_cast<std::uint8_t>(std::max(lower, first));
  }
}

void KeyWindows::make_table(const WindowShape& window) {
  const auto now = state(window);
  ValueTable table(*pool_, now.distinct().table);
  log_.each(now.cursor(), log_.end(), [&](const ChunkReader& events, unsigned i) {
    if (!events.has(i, window.mask)) return;
    const auto value = static_cast<std::uint64_t>(events.column(window.column, i));
    auto* entry = table.find(value);
    if (entry == nullptr) {
      entry = &table.insert(value);
      entry->second = kNoPane;
    }
    ++entry->first;
  });
}

// The oldest chunk goes when it is of no use to anybody, or when there are too many events.
void KeyWindows::make_room() {
  bool dropped = false;
  const auto horizon = record_->advanced - shape_->longest - kLateReach;
  while (log_.tall()) {
    const auto first = log_.first_chunk();
    const auto events = first.end() - first.begin();
    const bool old = first.time(first.end() - 1) <= horizon;
    if (!old && log_.events() - events < shape_->options.exact_events) break;
    if (!old) fold(first);
    log_.drop_first_chunk();
    dropped = true;
  }
  if (dropped) find_cursors();
}

void KeyWindows::begin_panes() {
  record_->panes = pool_->allocate(pane_block());
  std::memset(pool_->at(record_->panes), 0, pane_block());
}

void KeyWindows::fold(const ChunkView& chunk) {
  if (record_->panes == 0) begin_panes();
  const auto newest = chunk.time(chunk.end() - 1);
  std::memcpy(pool_->at(record_->panes), &newest, sizeof newest);
  for (const auto& window : shape_->windows) fold(window, chunk);
}

// Only what is still counted goes on being counted.
void KeyWindows::fold(const WindowShape& window, const ChunkView& chunk) {
  if (window.parts.distinct && state(window).distinct().table == 0) make_table(window);
  const auto& of = series(window);
  const bool has_column = shape_->log.chunk.columns > 0;
  for (auto i = chunk.after(start(window)); i < chunk.end(); ++i) {
    if ((chunk.mask(i) & of.mask) == 0) continue;
    const auto bits = has_column ? chunk.column(of.column, i) : 0;
    const auto pane = pane_of(chunk.time(i), window.pane);
    Tally tally;
    add_to(tally, window.parts, of.type, bits);
    panes(window).add(pane, tally);
    if (!window.parts.distinct) continue;
    auto& distinct = state(window).distinct();
    ValueTable table(*pool_, distinct.table);
    auto* const entry = table.find(static_cast<std::uint64_t>(bits));
    entry->second = std::max(entry->second, pane);
    if (--entry->first > 0 || table.size() <= log_.events() + kMostValues) continue;
    // More values than are remembered: the answer is the limit while this pane is in the window.
    table.erase(*entry);
    --distinct.values;
    table.set_mark(std::max(table.mark(), pane));
  }
}

// Late, and older than what is known singly.
void KeyWindows::count_into_panes(std::int64_t time, std::uint64_t mask,
                                  const std::int64_t* columns) {
  for (const auto& window : shape_->windows) {
    if ((mask & series(window).mask) == 0 || time <= start(window)) continue;
    const auto bits = bits_of(window, columns);
    const auto pane = pane_of(time, window.pane);
    const auto now = state(window);
    Tally tally;
    add_to(tally, window.parts, series(window).type, bits);
    panes(window).add(pane, tally);
    now.add(series(window).type, bits);
    now.add_extreme(series(window).type, bits, time);
    if (!window.parts.distinct) continue;
    if (now.distinct().table == 0) make_table(window);
    ValueTable table(*pool_, now.distinct().table);
    auto* entry = table.find(static_cast<std::uint64_t>(bits));
    if (entry == nullptr) {
      entry = &table.insert(static_cast<std::uint64_t>(bits));
      entry->second = kNoPane;
      ++now.distinct().values;
    }
    entry->second = std::max(entry->second, pane);
  }
}

bool KeyWindows::take_back(std::uint64_t id, std::uint32_t id_column, std::int64_t horizon) {
  std::optional<LogPosition> found;
  auto at = log_.after(horizon);
  ChunkView chunk;
  while (log_.resolve(at, chunk)) {
    for (unsigned i = at.index; i < chunk.end(); ++i) {
      if (static_cast<std::uint64_t>(chunk.column(id_column, i)) != id) continue;
      found = LogPosition{at.directory, at.chunk, static_cast<std::uint8_t>(i)};
    }
    at.index = static_cast<std::uint8_t>(chunk.end());
  }
  if (!found) return false;
  log_.resolve(*found, chunk);
  const auto time = chunk.time(found->index);
  const auto mask = chunk.mask(found->index);
  std::vector<std::int64_t>& columns = *scratch_;
  for (std::uint32_t c = 0; c < shape_->log.chunk.columns; ++c) {
    columns.push_back(chunk.column(c, found->index));
  }
  log_.erase(*found);
  find_cursors();
  for (const auto& window : shape_->windows) {
    if ((mask & series(window).mask) == 0 || time <= start(window)) continue;
    const auto now = state(window);
    const auto bits = columns[series(window).column];
    now.remove(series(window).type, bits);
    if (window.parts.least || window.parts.greatest) rescan(window);
    if (!window.parts.distinct) continue;
    if (now.distinct().table == 0) {
      if (!holds(window, bits, now.cursor())) --now.distinct().values;
      continue;
    }
    ValueTable table(*pool_, now.distinct().table);
    auto* const entry = table.find(static_cast<std::uint64_t>(bits));
    if (--entry->first == 0 && entry->second == kNoPane) {
      table.erase(*entry);
      --now.distinct().values;
    }
  }
  columns.clear();
  return true;
}

std::int64_t KeyWindows::folded() const {
  if (record_->panes == 0) return kNever;
  std::int64_t time = 0;
  std::memcpy(&time, pool_->at(record_->panes), sizeof time);
  return time;
}

std::uint32_t& KeyWindows::pane_handle(const WindowShape& window) const {
  const auto number = static_cast<std::size_t>(&window - shape_->windows.data());
  return *reinterpret_cast<std::uint32_t*>(pool_->at(record_->panes) + sizeof(PaneHead) +
                                           4 * number);
}

PaneList KeyWindows::panes(const WindowShape& window) const {
  return {*pool_, window.form, pane_handle(window)};
}

void KeyWindows::clear() {
  for (const auto& window : shape_->windows) {
    if (window.parts.distinct) ValueTable(*pool_, state(window).distinct().table).clear();
    if (record_->panes != 0) panes(window).clear();
  }
  if (record_->panes != 0) pool_->free(record_->panes, pane_block());
  record_->panes = 0;
  log_.clear();
}

}  // namespace assay::core
