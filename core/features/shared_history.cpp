#include "core/features/shared_history.hpp"

#include "core/features/store_factory.hpp"

namespace assay::core {

SharedHistory::SharedHistory(const FeaturePlan& plan, StripeLock& lock)
    : lock_(&lock), stores_(plan.stores().size()) {
  for (std::uint32_t i = 0; i < stores_.size(); ++i) {
    if (!plan.stores()[i].shared) continue;
    for (std::uint32_t stripe = 0; stripe < StripeLock::kStripes; ++stripe) {
      stores_[i].push_back(make_store(plan, i));
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
