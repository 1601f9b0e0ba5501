// A store out of a snapshot: the events, panes, trails and values of every key; sums are made anew.
//
// What is read may be damaged: every count is bounded by the bytes that are left before room is
// made for it.
#include <array>
#include <limits>
#include <string>

#include "core/features/table_store.hpp"

namespace assay::core {
namespace {

constexpr std::int64_t kFarthest = std::int64_t{1} << 62;  // of any time

// Whether `count` records of at least `size` bytes can be there.
bool possible(const StateSource& source, std::uint64_t count, std::uint64_t size) {
  return count <= source.remaining() / size;
}

bool plausible(std::int64_t time) { return time > -kFarthest && time < kFarthest; }
bool plausible_pane(std::int64_t number, std::int64_t pane) {
  return number >= -kFarthest / pane && number <= kFarthest / pane;
}

// Sums of what can have been counted: far from where 128 bits end.
bool plausible(const Tally& tally) {
  constexpr auto most = Int128{1} << 112;
  return tally.count <= std::numeric_limits<std::uint32_t>::max() && tally.sum < most &&
         tally.sum > -most && held_of(tally.roots) <= static_cast<Int128>(tally.count) &&
         held_of(tally.roots) >= 0;
}

bool take_text(StateSource& source, std::string& text) {
  std::uint32_t size = 0;
  if (!source.take(size) || !possible(source, size, 1)) return false;
  text.resize(size);
  return source.read(std::as_writable_bytes(std::span(text)));
}

}  // namespace

bool TableStore::begin_load(StateSource& source) {
  std::uint64_t fingerprint = 0;
  return source.take(fingerprint) && fingerprint == fingerprint_ && source.take(newest_) &&
         source.take(evicted_until_) && source.take(clock_) && source.take(to_load_) &&
         possible(source, to_load_, sizeof(StoreKey));
}

bool TableStore::load_item(StateSource& source) {
  std::uint32_t chain = 0;
  if (to_load_ == 0 || !source.take(chain) || chain == 0 ||
      !possible(source, chain, sizeof(StoreKey))) {
    return false;
  }
  --to_load_;
  std::uint32_t newest = 0;
  for (std::uint32_t j = 0; j < chain; ++j) {
    StoreKey key;
    if (!source.take(key)) return false;
    if (j == 0 ? find(key) != 0 : key != record(newest).key) return false;
    const auto handle = make_record(key, 0);
    // Known to the index before it is filled, so that nothing is lost where filling fails.
    if (j == 0) {
      index_.insert(KeyIndex::tag(key), handle);
      ++keys_;
    } else {
      record(newest).other = handle;
    }
    newest = handle;
    if (!load_record(source, record(handle))) return false;
  }
  return true;
}

bool TableStore::end_load() {
  if (to_load_ > 0) return false;
  oldest_ = kNever;
  counted_bytes_ = bytes();
  share_->used += counted_bytes_;
  return true;
}

bool TableStore::load_record(StateSource& source, KeyRecord& held) {
  std::uint32_t events = 0;
  std::uint32_t touched = 0;
  std::uint8_t has_panes = 0;
  if (!source.take(held.newest) || !source.take(held.advanced) || !source.take(held.covered_from) ||
      !source.take(touched) || !source.take(held.currency) || !source.take(events)) {
    return false;
  }
  held.touched = touched & kClock;
  const auto columns = shape_.log.chunk.columns;
  if (!possible(source, events, 16 + 8 * std::uint64_t{columns})) return false;
  if (held.advanced != kNever && !plausible(held.advanced)) return false;
  if (events > 0 && held.advanced == kNever) return false;
  KeyWindows windows(pool_, shape_, held, scratch_);
  auto last = -kFarthest;
  for (std::uint32_t i = 0; i < events; ++i) {
    std::int64_t time = 0;
    std::uint64_t mask = 0;
    if (!source.take(time) || !source.take(mask) || time < last || !plausible(time)) return false;
    for (std::uint32_t c = 0; c < columns; ++c) {
      if (!source.take(columns_[c])) return false;
    }
    if (mask == 0 || (mask & ~shape_.all_series()) != 0) return false;
    windows.restore(time, mask, columns_.data());
    last = time;
  }
  if (!source.take(has_panes)) return false;
  if (has_panes != 0 && !load_panes(source, windows)) return false;
  if (held.advanced != kNever) windows.rebuild();
  return load_trails(source, held) && load_firsts(source, held);
}

bool TableStore::load_panes(StateSource& source, KeyWindows& windows) {
  std::int64_t folded = 0;
  std::array<std::byte, TallyForm::kMost> bytes{};
  if (!source.take(folded) || !plausible(folded)) return false;
  windows.restore_folded(folded);
  for (const auto& window : shape_.windows) {
    std::uint32_t panes = 0;
    if (!source.take(panes) || !possible(source, panes, 8 + window.form.size())) return false;
    for (std::uint32_t i = 0; i < panes; ++i) {
      std::int64_t number = 0;
      if (!source.take(number) || !source.read({bytes.data(), window.form.size()})) return false;
      const auto tally = window.form.load(bytes.data());
      if (!plausible_pane(number, window.pane) || !plausible(tally)) return false;
      windows.restore_pane(window, number, tally);
    }
    if (!window.parts.distinct) continue;
    std::int64_t mark = 0;
    std::uint32_t values = 0;
    if (!source.take(mark) || !source.take(values) || !possible(source, values, 16)) return false;
    if (mark != ValueTable::kEmpty && !plausible_pane(mark, window.pane)) return false;
    for (std::uint32_t i = 0; i < values; ++i) {
      std::uint64_t value = 0;
      std::int64_t pane = 0;
      if (!source.take(value) || !source.take(pane)) return false;
      if (!plausible_pane(pane, window.pane)) return false;
      windows.restore_value(window, value, pane);
    }
    if (mark != ValueTable::kEmpty) windows.restore_mark(window, mark);
  }
  return true;
}

bool TableStore::load_trails(StateSource& source, KeyRecord& held) {
  std::string text;
  for (const auto& shape : shape_.trails) {
    Trail trail(pool_, shape, state_at<TrailRoot>(held, shape.offset));
    std::uint8_t size = 0;
    if (!source.take(size) || size > kTrail) return false;
    for (unsigned i = 0; i < size; ++i) {
      std::int64_t time = 0;
      std::int64_t id = 0;
      if (!source.take(time) || !plausible(time)) return false;
      if (shape_.plan.reversals && !source.take(id)) return false;
      std::int64_t values[2] = {0, 0};
      std::size_t c = 0;
      for (const auto column : shape.columns) {
        if (shape_.plan.columns[column].kind != FeatureColumn::Kind::text) {
          if (!source.take(values[c++])) return false;
        } else {
          if (!take_text(source, text)) return false;
          values[c++] = texts_.hold(text, hasher_(text));
        }
      }
      auto* to = trail.insert(time, [](const std::int64_t*) {}) + 1;
      if (shape_.plan.reversals) *to++ = id;
      for (std::size_t k = 0; k < c; ++k) *to++ = values[k];
    }
  }
  return true;
}

bool TableStore::load_firsts(StateSource& source, KeyRecord& held) {
  for (const auto& shape : shape_.firsts) {
    ValueTable table(pool_, state_at<std::uint32_t>(held, shape.offset));
    std::int64_t mark = 0;
    std::uint32_t size = 0;
    if (!source.take(mark) || !source.take(size) || size > kMostValues) return false;
    if (mark != ValueTable::kEmpty && !plausible(mark)) return false;
    for (std::uint32_t i = 0; i < size; ++i) {
      ValueTable::Entry entry{};
      if (!source.take(entry) || !plausible(entry.first) || !plausible(entry.second)) return false;
      if (table.find(entry.value)) return false;
      auto& made = table.insert(entry.value);
      made.first = entry.first;
      made.second = entry.second;
    }
    if (size > 0) table.set_mark(mark);
  }
  return true;
}

}  // namespace assay::core
