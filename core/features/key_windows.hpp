// The windows of one key: moved along with time, counted into, read.
//
// In order a window moves by what leaves it at its old end and what is counted at its new one, so
// every sum costs the same however long the window is. A late transaction's window is read out of
// the log, which has sums of its own. What the log gives up goes into panes.
//
// Thread: as the store's.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/features/event_log.hpp"
#include "core/features/key_record.hpp"
#include "core/features/pane_list.hpp"
#include "core/features/store_shape.hpp"
#include "core/features/value_table.hpp"
#include "core/features/window_state.hpp"

namespace assay::core {

// Events of a window among which a value is looked for; where there are more, values have a table.
inline constexpr std::uint32_t kLookedThrough = 32;

// Before every pane.
inline constexpr std::int64_t kNoPane = -1 - (std::int64_t{1} << 62);

// Why a window's answer may not be the whole truth.
struct WindowDoubt {
  bool approximate = false;          // part of it is known by panes
  bool saturated = false;            // there may be more distinct values
  std::int64_t known_from = kNever;  // panes that nothing in order needs any more are gone
};

// What a window comes to that is not one of those that move along.
struct WindowSum {
  Tally tally;
  std::uint32_t values = 0;
  WindowDoubt doubt;

  // As a window's state tells them.
  std::uint64_t count() const { return tally.count; }
  Int128 sum() const { return tally.sum; }
  Int128 roots() const { return tally.roots; }
  UInt128 squares() const { return tally.squares; }
  std::int64_t least() const { return tally.least; }
  std::int64_t greatest() const { return tally.greatest; }
};

class KeyWindows final {
 public:
  // `scratch` is memory to work in; it comes empty and is left so.
  KeyWindows(BlockPool& pool, const StoreShape& shape, KeyRecord& record,
             std::vector<std::int64_t>& scratch)
      : pool_(&pool),
        shape_(&shape),
        record_(&record),
        scratch_(&scratch),
        log_(pool, shape.log, record.log) {}

  // All states at the beginning.
  void begin();

  // In order, and without panes: the windows' old ends are moved along with `time`, then their
  // states are what they come to; then the event is counted into those of `mask`, and into the log.
  void move(std::int64_t time);
  void enter(std::int64_t time, std::uint64_t mask, const std::int64_t* columns);
  // What is not later than `until` goes out of a window that has something in it.
  void leave_until(const WindowShape& window, std::int64_t until);
  WindowState state(const WindowShape& window) const {
    return {reinterpret_cast<std::byte*>(record_) + window.offset, window.state};
  }
  WindowDoubt doubt(const WindowShape& window, std::int64_t time) const {
    return record_->panes == 0 ? WindowDoubt{} : doubt_by_panes(window, time);
  }
  void enter(const WindowShape& window, std::int64_t time, std::int64_t bits) {
    const auto now = state(window);
    if (window.counts_only) {
      ++now.count();
      return;
    }
    // Before the event itself is there.
    if (window.parts.distinct) enter_values(window, bits);
    now.add(window.type, bits);
    if (window.parts.least || window.parts.greatest) now.add_extreme(window.type, bits, time);
  }
  // `mask`: of the log.
  void append(std::int64_t time, std::uint64_t mask, const std::int64_t* columns);

  // Late, out of the log: the events in (from, to], `to` not after the newest.
  WindowSum read(const WindowShape& window, std::int64_t from, std::int64_t to);
  // Counts a late event into the log and into the windows that it lies in.
  void count(std::int64_t time, std::uint64_t mask, const std::int64_t* columns);
  // What was counted into no pane of the window, because those of its time are gone: its own
  // answer has it all the same.
  void include(const WindowShape& window, std::int64_t time, std::uint64_t mask,
               const std::int64_t* columns, WindowSum& sum) const;
  // Takes the newest event with that id back that is later than `horizon`. False where there is
  // none. `id_column` is a column of the log.
  bool take_back(std::uint64_t id, std::uint32_t id_column, std::int64_t horizon);

  // Everything is given back to the pool.
  void clear();

  // For a record that comes out of a snapshot, in this order: the log's events, the panes, the
  // values in them, rebuild(), which makes the windows as of `record.advanced`.
  void restore(std::int64_t time, std::uint64_t mask, const std::int64_t* columns);
  void restore_folded(std::int64_t time);
  void restore_pane(const WindowShape& window, std::int64_t number, const Tally& tally);
  void restore_value(const WindowShape& window, std::uint64_t value, std::int64_t pane);
  void rebuild();
  // The values of a window that are known by panes, each with its newest pane.
  template <class Visit>
  void each_pane_value(const WindowShape& window, Visit&& visit) const {
    ValueTable(*pool_, state(window).distinct().table).each([&](const ValueTable::Entry& entry) {
      if (entry.second != kNoPane) visit(entry.value, entry.second);
    });
  }
  std::int64_t values_mark(const WindowShape& window) const {
    return ValueTable(*pool_, state(window).distinct().table).mark();
  }
  void restore_mark(const WindowShape& window, std::int64_t mark);

  EventLog& log() { return log_; }
  std::int64_t folded() const;  // the newest event time that is in panes; kNever without
  PaneList panes(const WindowShape& window) const;

 private:
  struct PaneHead {
    std::int64_t folded;
  };

  const Series& series(const WindowShape& window) const {
    return shape_->log.series[window.series];
  }
  std::int64_t start(const WindowShape& window) const { return record_->advanced - window.window; }
  std::uint32_t& pane_handle(const WindowShape& window) const;
  std::size_t pane_block() const { return sizeof(PaneHead) + 4 * shape_->windows.size(); }

  void move_tall(std::int64_t time);
  void leave_near(const WindowShape& window, const ChunkReader& near, std::int64_t until);
  void left(const WindowShape& window, std::int64_t until);
  void leave_value(const WindowShape& window, std::int64_t bits);
  void drop_panes(const WindowShape& window, std::int64_t start);
  void rescan(const WindowShape& window);
  WindowDoubt doubt_by_panes(const WindowShape& window, std::int64_t time) const;
  void enter_values(const WindowShape& window, std::int64_t bits);
  bool holds(const WindowShape& window, std::int64_t value, const LogPosition& from) const;
  // What the series of a window sums up; 0 where the log has no columns.
  std::int64_t bits_of(const WindowShape& window, const std::int64_t* columns) const {
    return shape_->log.chunk.columns > 0 ? columns[series(window).column] : 0;
  }
  void append_slowly(std::int64_t time, std::uint64_t mask, const std::int64_t* columns);
  bool has_too_many() const { return log_.events() > shape_->options.exact_events + kChunkEvents; }
  void find_cursors();
  void lower_cursors(unsigned places);
  void make_table(const WindowShape& window);
  void begin_panes();
  void count_into_panes(std::int64_t time, std::uint64_t mask, const std::int64_t* columns);
  void make_room();
  void fold(const ChunkView& chunk);
  void fold(const WindowShape& window, const ChunkView& chunk);
  Tally tally(const WindowShape& window, LogPosition from, LogPosition to);
  std::uint64_t distinct(const WindowShape& window, LogPosition from, LogPosition to,
                         std::int64_t first_pane);
  std::uint64_t distinct_by_change(const WindowShape& window, LogPosition from, LogPosition to,
                                   std::int64_t first_pane);

  BlockPool* pool_;
  const StoreShape* shape_;
  KeyRecord* record_;
  std::vector<std::int64_t>* scratch_;
  EventLog log_;
};

inline void KeyWindows::move(std::int64_t time) {
  if (log_.tall()) return move_tall(time);
  const auto near = log_.near();
  for (const auto& window : std::span(shape_->windows)) {
    const auto now = state(window);
    if (now.count() == 0) continue;
    const auto until = time - window.window;
    if (!near.later(now.cursor().index, until)) leave_near(window, near, until);
  }
}

// As leave_until() does, of a window that stands on an event of a short log.
inline void KeyWindows::leave_near(const WindowShape& window, const ChunkReader& near,
                                   std::int64_t until) {
  const auto now = state(window);
  unsigned i = now.cursor().index;
  do {
    if (!near.has(i, window.mask)) continue;
    if (window.counts_only) {
      --now.count();
      continue;
    }
    const auto bits = near.column(window.column, i);
    now.remove(window.type, bits);
    if (!window.parts.distinct) continue;
    now.cursor().index = static_cast<std::uint8_t>(i + 1);
    leave_value(window, bits);
  } while (++i < near.end() && near.time(i) <= until);
  now.cursor().index = static_cast<std::uint8_t>(i);
  if (!window.counts_only) left(window, until);
}

// What a window that something has left has to look at anew.
inline void KeyWindows::left(const WindowShape& window, std::int64_t until) {
  const auto now = state(window);
  if (now.count() == 0) {
    now.forget_extremes();
    if (window.parts.distinct && record_->panes == 0) {
      now.distinct().values = 0;
      ValueTable(*pool_, now.distinct().table).clear();
    }
  } else if (now.outlived(until)) {
    rescan(window);
  }
}

inline void KeyWindows::enter(std::int64_t time, std::uint64_t mask, const std::int64_t* columns) {
  for (const auto& window : std::span(shape_->windows)) {
    if ((mask & window.mask) != 0) enter(window, time, columns[window.column]);
  }
}

inline void KeyWindows::append(std::int64_t time, std::uint64_t mask, const std::int64_t* columns) {
  if (!log_.push(time, mask, columns)) return append_slowly(time, mask, columns);
  // One that is older than where the windows stand may lie behind a cursor and not be counted.
  if (time < record_->advanced) find_cursors();
  if (has_too_many()) make_room();
}

}  // namespace assay::core
