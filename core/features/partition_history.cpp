#include "core/features/partition_history.hpp"

#include <utility>

#include "core/features/store_factory.hpp"

namespace assay::core {
namespace {

constexpr std::uint32_t kVersion = 1;

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

void PartitionHistory::save(StateSink& sink) const {
  sink.put(kVersion);
  save_progress(sink, progress_);
  for (const auto& store : stores_) {
    sink.put(static_cast<std::uint8_t>(store != nullptr));
    if (store) store->save(sink);
  }
}

bool PartitionHistory::load(StateSource& source) {
  PartitionHistory read(*plan_);
  std::uint32_t version = 0;
  if (!source.take(version) || version != kVersion || !load_progress(source, read.progress_)) {
    return false;
  }
  for (const auto& store : read.stores_) {
    std::uint8_t held = 0;
    if (!source.take(held) || (held != 0) != (store != nullptr)) return false;
    if (store && !store->load(source)) return false;
  }
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
