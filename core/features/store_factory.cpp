#include "core/features/store_factory.hpp"

#include "core/features/plain_store.hpp"

namespace assay::core {

std::unique_ptr<HistoryStore> make_store(const FeaturePlan& plan, std::uint32_t store) {
  return std::make_unique<PlainStore>(plan.stores()[store]);
}

}  // namespace assay::core
