// A store into a snapshot: the events, panes, trails and values of every key, but not their sums.
//
// Transactions go on meanwhile: see HistoryStore. Which keys are not in it yet is told by one bit
// of each, which stands one way or the other in turn.
#include <algorithm>
#include <array>

#include "core/features/table_store.hpp"

namespace assay::core {
namespace {

constexpr std::size_t kAhead = 8;  // places of the index between two steps of fetching
constexpr std::size_t kLook = 16;  // what a look at a place costs, as bytes that are written

void put_text(StateItem& sink, std::string_view text) {
  sink.put(static_cast<std::uint32_t>(text.size()));
  sink.write(std::as_bytes(std::span(text)));
}

}  // namespace

void TableStore::begin_save(StateSink& front, StateSink& items, StateMark mark) {
  cut_.sink = nullptr;
  auto all = kAllWork;
  (void)save_some(all);
  turn_ ^= 1;
  cut_ = {&items, mark, keys_, {}};
  front.put(fingerprint_);
  front.put(newest_);
  front.put(evicted_until_);
  front.put(clock_);
  front.put(static_cast<std::uint64_t>(keys_));
}

bool TableStore::save_some(std::size_t& work) {
  while (cut_.left > 0 && work > 0) {
    work -= std::min(work, kLook);
    bring_near(cut_.hand);
    // Round and round: a key may be missed in one.
    const auto base = index_.look(cut_.hand);
    if (base == 0 || record(base).turn == turn_) continue;
    save_key(base);
    work -= std::min(work, item_.size());
  }
  if (cut_.left > 0) return false;
  cut_.sink = nullptr;
  return true;
}

// What the walk comes to soon, in two steps: records, then what they lead to.
void TableStore::bring_near(const KeyIndex::Hand& hand) const {
  const auto later = index_.ahead(hand, 2 * kAhead);
  FetchList list;
  if (later != 0) list.add(pool_.at(later), shape_.record);
  const auto next = index_.ahead(hand, kAhead);
  if (next != 0 && record(next).turn != turn_) expect_short(record(next), list);
  list.ask();
}

// With its records of all currencies: those that it had at the cut, for it is saved before another
// one is made.
void TableStore::save_key(std::uint32_t base) {
  if (cut_.sink != nullptr) {
    item_.begin(cut_.mark);
    std::uint32_t chain = 0;
    for (auto handle = base; handle != 0; handle = record(handle).other) ++chain;
    item_.put(chain);
    for (auto handle = base; handle != 0; handle = record(handle).other) {
      save_record(record(handle));
    }
    item_.hand_to(*cut_.sink);
  }
  record(base).turn = turn_;
  --cut_.left;
}

void TableStore::save_record(const KeyRecord& held) {
  auto& sink = item_;
  // Only looked at, which the views of a record cannot say.
  auto& of = const_cast<KeyRecord&>(held);
  sink.put(held.key);
  sink.put(held.newest);
  sink.put(held.advanced);
  sink.put(held.covered_from);
  sink.put(std::uint32_t{held.touched});
  sink.put(held.currency);
  KeyWindows windows(pool_, shape_, of, scratch_);
  auto& log = windows.log();
  sink.put(std::uint32_t{log.events()});
  log.each(log.begin(), log.end(), [&](const ChunkReader& events, unsigned i) {
    sink.put(events.time(i));
    sink.put(events.mask(i));
    for (std::uint32_t c = 0; c < shape_.log.chunk.columns; ++c) sink.put(events.column(c, i));
  });
  sink.put(static_cast<std::uint8_t>(held.panes != 0));
  std::array<std::byte, TallyForm::kMost> tally{};
  if (held.panes != 0) {
    sink.put(windows.folded());
    for (const auto& window : shape_.windows) {
      const auto panes = windows.panes(window);
      sink.put(panes.size());
      for (std::uint32_t i = 0; i < panes.size(); ++i) {
        sink.put(panes.number(i));
        window.form.store(tally.data(), panes.tally(i));
        sink.write({tally.data(), window.form.size()});
      }
      if (!window.parts.distinct) continue;
      sink.put(windows.values_mark(window));
      std::uint32_t values = 0;
      windows.each_pane_value(window, [&](std::uint64_t, std::int64_t) { ++values; });
      sink.put(values);
      windows.each_pane_value(window, [&](std::uint64_t value, std::int64_t pane) {
        sink.put(value);
        sink.put(pane);
      });
    }
  }
  for (const auto& shape : shape_.trails) {
    const Trail trail(pool_, shape, state_at<TrailRoot>(of, shape.offset));
    sink.put(static_cast<std::uint8_t>(trail.size()));
    for (unsigned i = 0; i < trail.size(); ++i) {
      const auto* at = trail.entry(i);
      sink.put(*at++);
      if (shape_.plan.reversals) sink.put(*at++);
      for (const auto column : shape.columns) {
        if (shape_.plan.columns[column].kind == FeatureColumn::Kind::text) {
          put_text(sink, texts_.text(static_cast<std::uint32_t>(*at)));
        } else {
          sink.put(*at);
        }
        ++at;
      }
    }
  }
  for (const auto& shape : shape_.firsts) {
    const ValueTable table(pool_, state_at<std::uint32_t>(of, shape.offset));
    sink.put(table.mark());
    sink.put(table.size());
    table.each([&](const ValueTable::Entry& entry) { sink.put(entry); });
  }
}

}  // namespace assay::core
