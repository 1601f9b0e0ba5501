#include "core/features/table_store.hpp"

#include <algorithm>
#include <cstring>
#include <new>
#include <string>

namespace assay::core {

namespace {

std::uint64_t fingerprint_of(const FeaturePlan& plan, std::uint32_t store) {
  std::string all;
  for (const auto feature : plan.of_store(store)) all += plan.features()[feature].text + '\n';
  for (const auto& selector : plan.stores()[store].selectors) all += selector.money ? 'm' : '-';
  all += plan.stores()[store].reversals ? 'r' : '-';
  return IdHasher(plan.options().hash_key)(all);
}

}  // namespace

TableStore::TableStore(const FeaturePlan& plan, std::uint32_t store, MemoryShare& share)
    : shape_(plan.stores()[store], plan.options()),
      fingerprint_(fingerprint_of(plan, store)),
      share_(&share),
      hasher_(plan.options().hash_key),
      pool_(*plan.options().memory),
      columns_(shape_.log.chunk.columns + 1) {}

std::uint32_t TableStore::find(const StoreKey& key) const {
  return index_.find(KeyIndex::tag(key),
                     [&](std::uint32_t handle) { return record(handle).key == key; });
}

std::int64_t TableStore::covered_from(const HistoryEvent& event) const {
  return std::max(event.since, evicted_until_);
}

std::uint32_t TableStore::make_record(const StoreKey& key, std::int64_t covered_from) {
  const auto handle = pool_.allocate(shape_.record);
  std::memset(pool_.at(handle), 0, shape_.record);
  auto* const made = new (pool_.at(handle)) KeyRecord{};
  made->key = key;
  made->covered_from = covered_from;
  made->turn = turn_;
  KeyWindows(pool_, shape_, *made, scratch_).begin();
  return handle;
}

std::uint32_t TableStore::create(const HistoryEvent& event, FeatureCounters& counters) {
  make_room(0, counters);
  const auto handle = make_record(event.key, covered_from(event));
  index_.insert(KeyIndex::tag(event.key), handle);
  ++keys_;
  return handle;
}

std::uint32_t TableStore::money_record(std::uint32_t base, std::uint32_t currency, bool wanted) {
  auto& home = record(base);
  if (home.currency == currency) return base;
  if (home.currency == 0) {
    if (wanted) home.currency = currency;
    return base;
  }
  for (auto other = home.other; other != 0; other = record(other).other) {
    if (record(other).currency == currency) return other;
  }
  if (!wanted) return 0;
  const auto made = make_record(home.key, home.covered_from);
  record(made).currency = currency;
  record(made).other = home.other;
  home.other = made;
  return made;
}

bool TableStore::expect(const StoreKey& key, unsigned stage, KeyHint& hint, FetchList& list) const {
  switch (stage) {
    case 0:
      hint.tag = KeyIndex::tag(key);
      index_.expect(hint.tag, list);
      return true;
    case 1:
      return expect_record(hint, list);
    case 2:
      return expect_roots(hint, list);
    default:
      return expect_tall(hint, stage, list);
  }
}

bool TableStore::expect_record(KeyHint& hint, FetchList& list) const {
  hint.record = index_.guess(hint.tag);
  hint.as_of = forgotten_;
  if (hint.record == 0) return false;
  list.add(pool_.at(hint.record), shape_.record);
  return true;
}

// False where the record cannot be looked at any more.
bool TableStore::is_sound(KeyHint& hint) const {
  if (hint.as_of != forgotten_) {
    hint.record = index_.guess(hint.tag);
    hint.as_of = forgotten_;
  }
  return hint.record != 0;
}

bool TableStore::expect_roots(KeyHint& hint, FetchList& list) const {
  if (!is_sound(hint)) return false;
  auto& held = record(hint.record);
  expect_short(held, list);
  for (const auto& values : std::span(shape_.values)) {
    const auto table = state_at<std::uint32_t>(held, values.offset);
    if (table != 0) list.add(pool_.at(table));
  }
  return held.log.tall != 0;
}

// What a record leads to: of its log the beginning, which is all of a short one, and its trails.
void TableStore::expect_short(KeyRecord& held, FetchList& list) const {
  log_of(held).expect_root(list);
  for (const auto& trail : std::span(shape_.trails)) {
    Trail(const_cast<BlockPool&>(pool_), trail, state_at<TrailRoot>(held, trail.offset))
        .expect(list);
  }
}

bool TableStore::expect_tall(KeyHint& hint, unsigned stage, FetchList& list) const {
  if (!is_sound(hint)) return false;
  auto& held = record(hint.record);
  const auto log = log_of(held);
  if (!log.tall()) return false;
  if (stage == 3) {
    log.expect_directory(list);
    return true;
  }
  expect_events(log, held, list);
  return false;
}

// Of a tall log: where the next event will stand, and those that leave a window next.
void TableStore::expect_events(const EventLog& log, KeyRecord& held, FetchList& list) const {
  log.expect_tail(list);
  for (const auto& window : shape_.windows) {
    const WindowState state(reinterpret_cast<std::byte*>(&held) + window.offset, window.state);
    if (state.count() > 0) log.expect(state.cursor(), list);
  }
}

}  // namespace assay::core
