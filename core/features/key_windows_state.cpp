// The windows of a key as a snapshot holds them: by the events and panes that they come from.
#include <cstring>

#include "core/features/key_windows.hpp"

namespace assay::core {

void KeyWindows::restore(std::int64_t time, std::uint64_t mask, const std::int64_t* columns) {
  log_.insert(time, mask, columns, kNever);
}

void KeyWindows::restore_folded(std::int64_t time) {
  begin_panes();
  std::memcpy(pool_->at(record_->panes), &time, sizeof time);
}

void KeyWindows::restore_pane(const WindowShape& window, std::int64_t number, const Tally& tally) {
  panes(window).add(number, tally);
  state(window).add(tally, (number + 1) * window.pane - 1);
}

void KeyWindows::restore_value(const WindowShape& window, std::uint64_t value, std::int64_t pane) {
  ValueTable table(*pool_, state(window).distinct().table);
  auto* entry = table.find(value);
  if (entry == nullptr) entry = &table.insert(value);
  entry->second = pane;
}

void KeyWindows::restore_mark(const WindowShape& window, std::int64_t mark) {
  ValueTable table(*pool_, state(window).distinct().table);
  // A mark needs a table to stand in.
  if (state(window).distinct().table == 0) table.erase(table.insert(0));
  table.set_mark(mark);
}

void KeyWindows::rebuild() {
  find_cursors();
  const bool has_column = shape_->log.chunk.columns > 0;
  for (const auto& window : shape_->windows) {
    const auto now = state(window);
    const auto cursor = now.cursor();
    const auto& of = series(window);
    log_.each(cursor, log_.end(), [&](const ChunkReader& events, unsigned i) {
      if (!events.has(i, of.mask)) return;
      const auto bits = has_column ? events.column(of.column, i) : 0;
      now.add(of.type, bits);
      now.add_extreme(of.type, bits, events.time(i));
    });
    if (!window.parts.distinct) continue;
    auto& distinct = now.distinct();
    if (now.count() > kLookedThrough || distinct.table != 0) {
      make_table(window);
      distinct.values = ValueTable(*pool_, distinct.table).size();
    } else {
      const auto all = std::numeric_limits<std::int64_t>::max();
      distinct.values = static_cast<std::uint32_t>(this->distinct(window, cursor, log_.end(), all));
    }
  }
}

}  // namespace assay::core
