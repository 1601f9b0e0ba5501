#include "core/features/partition_history.hpp"

#include <algorithm>
#include <utility>

#include "core/features/store_factory.hpp"
#include "core/features/store_succession.hpp"

namespace assay::core {
PartitionHistory::PartitionHistory(const FeaturePlan& plan)
    : plan_(&plan), stores_(plan.stores().size()) {
  for (std::uint32_t i = 0; i < stores_.size(); ++i) {
    if (!plan.stores()[i].shared) stores_[i] = make_store(plan, i, *share_);
  }
}

std::size_t PartitionHistory::keys() const {
  std::size_t all = 0;
  for (const auto& store : stores_) all += store ? store->keys() : 0;
  return all;
}

std::size_t PartitionHistory::bytes() const {
  std::size_t all = 0;
  for (const auto& store : stores_) all += store ? store->bytes() : 0;
  return all;
}

void PartitionHistory::begin_save(StateSink& sink) {
  sink.put(kHistoryVersion);
  save_progress(sink, progress_);
  for (std::uint32_t i = 0; i < stores_.size(); ++i) {
    sink.put(static_cast<std::uint8_t>(stores_[i] != nullptr));
    if (!stores_[i]) continue;
    save_counted_since(sink, *stores_[i]);
    stores_[i]->begin_save(sink, sink, i);
  }
}

bool PartitionHistory::save_some(std::size_t& work) {
  return std::ranges::all_of(stores_,
                             [&](const auto& store) { return !store || store->save_some(work); });
}

void PartitionHistory::stop_save() {
  for (const auto& store : stores_) {
    if (store) store->stop_save();
  }
}

void PartitionHistory::save(StateSink& sink) {
  begin_save(sink);
  auto all = kAllWork;
  (void)save_some(all);
  sink.put(kStateEnd);
}

bool PartitionHistory::begin_load(StateSource& source) {
  std::uint32_t version = 0;
  if (!source.take(version) || !is_history_version(version) ||
      !load_progress(source, version, progress_)) {
    return false;
  }
  return std::ranges::all_of(stores_, [&](const auto& store) {
    std::uint8_t held = 0;
    if (!source.take(held) || (held != 0) != (store != nullptr)) return false;
    return !store || (load_counted_since(source, version, *store) && store->begin_load(source));
  });
}

bool PartitionHistory::load_item(StateMark mark, StateSource& source) {
  return mark < stores_.size() && stores_[mark] && stores_[mark]->load_item(source);
}

bool PartitionHistory::end_load() {
  return std::ranges::all_of(stores_,
                             [](const auto& store) { return !store || store->end_load(); });
}

bool PartitionHistory::load(StateSource& source) {
  PartitionHistory read(*plan_);
  if (!read.begin_load(source)) return false;
  for (StateMark mark = 0;;) {
    if (!source.take(mark)) return false;
    if (mark == kStateEnd) break;
    if (!read.load_item(mark, source)) return false;
  }
  if (!read.end_load()) return false;
  read.share_->limit = share_->limit;
  *this = std::move(read);
  return true;
}

void save_progress(StateSink& sink, const Progress& progress) {
  sink.put(progress.applied.value);
  sink.put(static_cast<std::uint8_t>(progress.since.has_value()));
  sink.put(progress.since.value_or(0));
  sink.put(progress.newest);
}

bool load_progress(StateSource& source, std::uint32_t version, Progress& progress) {
  std::uint8_t begun = 0;
  std::int64_t since = 0;
  if (!source.take(progress.applied.value) || !source.take(begun) || !source.take(since)) {
    return false;
  }
  if (begun != 0) progress.since = since;
  return version == kOldestHistoryVersion || source.take(progress.newest);
}

bool is_history_version(std::uint32_t version) {
  return version >= kOldestHistoryVersion && version <= kHistoryVersion;
}

void save_counted_since(StateSink& sink, const HistoryStore& store) {
  const auto times = store.counted_since();
  sink.put(static_cast<std::uint32_t>(times.size()));
  sink.write(std::as_bytes(times));
}

bool load_counted_since(StateSource& source, std::uint32_t version, HistoryStore& store) {
  if (version == kOldestHistoryVersion) return true;
  std::uint32_t count = 0;
  if (!source.take(count) || count > source.remaining() / sizeof(std::int64_t)) return false;
  std::vector<std::int64_t> times(count);
  if (!source.read(std::as_writable_bytes(std::span(times)))) return false;
  store.count_since(times);
  return true;
}

void PartitionHistory::succeed(const FeaturePlan& next) {
  stop_save();
  std::vector<std::unique_ptr<HistoryStore>> made(next.stores().size());
  for (std::uint32_t i = 0; i < made.size(); ++i) {
    if (next.stores()[i].shared) continue;
    const auto origin = origin_of(*plan_, next, i);
    auto elder = origin.store ? std::move(stores_[*origin.store]) : nullptr;
    made[i] = succeed_store(std::move(elder), origin, next, i, *share_, progress_.newest);
  }
  stores_ = std::move(made);
  plan_ = &next;
  share_->used = bytes();
}

}  // namespace assay::core
