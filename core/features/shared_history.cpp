#include "core/features/shared_history.hpp"

#include <utility>

#include "core/features/store_factory.hpp"

namespace assay::core {
namespace {

constexpr std::uint32_t kVersion = 1;

}  // namespace

SharedHistory::SharedHistory(const FeaturePlan& plan, StripeLock& lock)
    : plan_(&plan),
      lock_(&lock),
      shares_(std::make_unique<std::array<MemoryShare, StripeLock::kStripes>>()),
      stores_(plan.stores().size()) {
  for (std::uint32_t i = 0; i < stores_.size(); ++i) {
    if (!plan.stores()[i].shared) continue;
    for (std::uint32_t stripe = 0; stripe < StripeLock::kStripes; ++stripe) {
      stores_[i].push_back(make_store(plan, i, (*shares_)[stripe]));
    }
  }
}

Progress& SharedHistory::progress(PartitionId partition) {
  const StripeGuard guard(*lock_, StripeLock::kWhole);
  return progress_[partition];
}

std::int64_t SharedHistory::since(std::int64_t time) {
  const StripeGuard guard(*lock_, StripeLock::kWhole);
  if (!since_) since_ = time;
  return *since_;
}

void SharedHistory::limit_bytes(std::size_t bytes) {
  for (auto& share : *shares_) share.limit = bytes / StripeLock::kStripes;
}

void SharedHistory::save(StateSink& sink) const {
  sink.put(kVersion);
  sink.put(static_cast<std::uint8_t>(since_.has_value()));
  sink.put(since_.value_or(0));
  sink.put(static_cast<std::uint32_t>(progress_.size()));
  for (const auto& [partition, progress] : progress_) {
    sink.put(partition.value);
    save_progress(sink, progress);
  }
  for (const auto& stripes : stores_) {
    for (const auto& store : stripes) store->save(sink);
  }
}

bool SharedHistory::load(StateSource& source) {
  SharedHistory read(*plan_, *lock_);
  std::uint32_t version = 0;
  std::uint8_t begun = 0;
  std::int64_t since = 0;
  std::uint32_t partitions = 0;
  if (!source.take(version) || version != kVersion || !source.take(begun) || !source.take(since) ||
      !source.take(partitions)) {
    return false;
  }
  if (begun != 0) read.since_ = since;
  for (std::uint32_t i = 0; i < partitions; ++i) {
    PartitionId partition;
    if (!source.take(partition.value)) return false;
    if (!load_progress(source, read.progress_[partition])) return false;
  }
  for (const auto& stripes : read.stores_) {
    for (const auto& store : stripes) {
      if (!store->load(source)) return false;
    }
  }
  for (std::size_t i = 0; i < shares_->size(); ++i) (*read.shares_)[i].limit = (*shares_)[i].limit;
  *this = std::move(read);
  return true;
}

std::size_t SharedHistory::keys() const {
  std::size_t all = 0;
  for (const auto& stripes : stores_) {
    for (const auto& store : stripes) all += store->keys();
  }
  return all;
}

std::size_t SharedHistory::bytes() const {
  std::size_t all = 0;
  for (const auto& stripes : stores_) {
    for (const auto& store : stripes) all += store->bytes();
  }
  return all;
}

}  // namespace assay::core
