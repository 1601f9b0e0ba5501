#include "core/features/partition_history.hpp"

#include "core/features/store_factory.hpp"

namespace assay::core {

PartitionHistory::PartitionHistory(const FeaturePlan& plan) : stores_(plan.stores().size()) {
  for (std::uint32_t i = 0; i < stores_.size(); ++i) {
    if (!plan.stores()[i].shared) stores_[i] = make_store(plan, i);
  }
}

std::size_t PartitionHistory::bytes() const {
  std::size_t all = 0;
  for (const auto& store : stores_) all += store ? store->bytes() : 0;
  return all;
}

}  // namespace assay::core
