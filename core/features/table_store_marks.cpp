// What a store keeps of single transactions: trails, first sightings, and taking them back.
#include <algorithm>
#include <bit>

#include "core/features/place.hpp"
#include "core/features/table_store.hpp"

namespace assay::core {

[[gnu::flatten]] void TableStore::pass_trails(const Passage& passage, KeyRecord& record,
                                              Kind kind) {
  for (const auto& shape : std::span(shape_.trails)) {
    if (!belongs(shape.money, kind)) continue;
    Trail trail(pool_, shape, state_at<TrailRoot>(record, shape.offset));
    answer_previous(passage, shape, trail.before(passage.event.time));
    if ((passage.selected >> shape.selector & 1) != 0) keep(passage, shape, trail);
  }
}

void TableStore::answer_previous(const Passage& passage, const TrailShape& trail,
                                 const std::int64_t* entry) const {
  for (const auto& one : std::span(trail.answers)) {
    FeatureAnswer to;
    cover(passage, one.window).put(to);
    if (entry == nullptr || passage.event.time - entry[0] >= one.window) {
      passage.answers.put(one.feature, to);
      continue;
    }
    const auto elapsed = passage.event.time - entry[0];
    to.present = true;
    if (one.aggregate == Aggregate::elapsed) {
      to.bits = elapsed;
    } else if (one.aggregate == Aggregate::last) {
      to.bits = entry[trail.first];
      if (trail.text) to.text = texts_.text(static_cast<std::uint32_t>(to.bits));
    } else {
      const auto now = [&](unsigned i) {
        return std::bit_cast<double>(passage.event.columns[trail.columns[i]]);
      };
      const auto then = [&](unsigned i) { return std::bit_cast<double>(entry[trail.first + i]); };
      const auto speed = speed_kmh(distance_km(then(0), then(1), now(0), now(1)), elapsed);
      to.present = speed.has_value();
      to.bits = std::bit_cast<std::int64_t>(speed.value_or(0));
    }
    passage.answers.put(one.feature, to);
  }
}

void TableStore::keep(const Passage& passage, const TrailShape& shape, Trail& trail) {
  auto* const entry =
      trail.insert(passage.event.time, [&](const std::int64_t* gone) { drop_text(shape, gone); });
  if (entry == nullptr) return;
  if (shape.first == 2) entry[1] = static_cast<std::int64_t>(passage.event.id);
  auto* to = entry + shape.first;
  if (shape.text) {
    const auto number = passage.event.columns[shape.columns[0]];
    *to = hold_text(passage.event.texts[number], trail, entry);
    return;
  }
  for (const auto column : std::span(shape.columns)) *to++ = passage.event.columns[column];
}

// Mostly it is the one of the entry before.
std::uint32_t TableStore::hold_text(std::string_view text, const Trail& trail,
                                    const std::int64_t* entry) {
  if (trail.size() > 1 && entry == trail.entry(trail.size() - 1)) {
    const auto* const known = trail.entry(trail.size() - 2);
    const auto before = static_cast<std::uint32_t>(known[trail.words() - 1]);
    if (texts_.text(before) == text) {
      texts_.hold(before);
      return before;
    }
  }
  return texts_.hold(text, hasher_(text));
}

void TableStore::drop_text(const TrailShape& trail, const std::int64_t* entry) {
  if (trail.text) dropped_.push_back(static_cast<std::uint32_t>(entry[trail.first]));
}

[[gnu::flatten]] void TableStore::pass_firsts(const Passage& passage, KeyRecord& record,
                                              Kind kind) {
  const auto time = passage.event.time;
  const auto retention = shape_.options.retention;
  for (const auto& shape : std::span(shape_.firsts)) {
    if (!belongs(shape.money, kind)) continue;
    ValueTable table(pool_, state_at<std::uint32_t>(record, shape.offset));
    const auto value = static_cast<std::uint64_t>(passage.event.columns[shape.column]);
    const auto [entry, place] = table.seek(value);
    // A value that the key has not met for as long as things are remembered is a new one.
    const bool known = entry != nullptr && time - entry->second < retention;
    const auto since = known && entry->first <= time ? time - entry->first : 0;
    const bool dropped = table.mark() != ValueTable::kEmpty && time - table.mark() < retention;
    for (const auto feature : std::span(shape.features)) {
      FeatureAnswer to;
      cover(passage, shape_.plan.features[feature].window).put(to);
      to.bits = since;
      to.present = true;
      if (!known && dropped) to.flags |= kFeatureSaturated;
      passage.answers.put(feature, to);
    }
    if ((passage.selected >> shape.selector & 1) == 0) continue;
    if (entry != nullptr) {
      entry->first = known ? std::min(entry->first, time) : time;
      entry->second = known ? std::max(entry->second, time) : time;
      continue;
    }
    const bool full = table.size() == kMostValues;
    if (full) free_values(table);
    auto& made = full ? table.insert(value) : table.insert(value, place);
    made.first = time;
    made.second = time;
  }
}

// Forgets the half that was not met for longest.
[[gnu::cold, gnu::noinline]] void TableStore::free_values(const ValueTable& table) {
  table.each([&](const ValueTable::Entry& entry) { scratch_.push_back(entry.second); });
  const auto middle = scratch_.begin() + static_cast<std::ptrdiff_t>(scratch_.size() / 2);
  std::nth_element(scratch_.begin(), middle, scratch_.end());
  const auto limit = *middle;
  scratch_.clear();
  table.erase_if([&](const ValueTable::Entry& entry) { return entry.second <= limit; });
  table.set_mark(std::max(table.mark(), limit));
}

bool TableStore::take_back(std::uint32_t handle, const HistoryEvent& event) {
  const auto horizon = event.time - shape_.options.reversal_horizon;
  bool taken = false;
  for (; handle != 0; handle = record(handle).other) {
    auto& held = record(handle);
    const auto id_column = static_cast<std::uint32_t>(shape_.log_columns.size());
    taken |=
        KeyWindows(pool_, shape_, held, scratch_).take_back(event.reverses, id_column, horizon);
    for (const auto& shape : shape_.trails) {
      Trail trail(pool_, shape, state_at<TrailRoot>(held, shape.offset));
      for (auto i = trail.size(); i-- > 0;) {
        const auto* const entry = trail.entry(i);
        if (static_cast<std::uint64_t>(entry[1]) != event.reverses || entry[0] <= horizon) continue;
        drop_text(shape, entry);
        trail.erase(i);
        taken = true;
      }
    }
  }
  return taken;
}

}  // namespace assay::core
