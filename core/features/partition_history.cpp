#include "core/features/partition_history.hpp"

#include <algorithm>
#include <utility>

#include "core/features/store_factory.hpp"

namespace assay::core {
namespace {

constexpr std::uint32_t kVersion = 2;

}  // namespace

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
  sink.put(kVersion);
  save_progress(sink, progress_);
  for (std::uint32_t i = 0; i < stores_.size(); ++i) {
    sink.put(static_cast<std::uint8_t>(stores_[i] != nullptr));
    if (stores_[i]) stores_[i]->begin_save(sink, sink, i);
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
  if (!source.take(version) || version != kVersion || !load_progress(source, progress_)) {
    return false;
  }
  return std::ranges::all_of(stores_, [&](const auto& store) {
    std::uint8_t held = 0;
    if (!source.take(held) || (held != 0) != (store != nullptr)) return false;
    return !store || store->begin_load(source);
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
}

bool load_progress(StateSource& source, Progress& progress) {
  std::uint8_t begun = 0;
  std::int64_t since = 0;
  if (!source.take(progress.applied.value) || !source.take(begun) || !source.take(since)) {
    return false;
  }
  if (begun != 0) progress.since = since;
  return true;
}

}  // namespace assay::core
