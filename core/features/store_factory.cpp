#include "core/features/store_factory.hpp"

#include "core/features/table_store.hpp"

namespace assay::core {

std::unique_ptr<HistoryStore> make_store(const FeaturePlan& plan, std::uint32_t store,
                                         MemoryShare& share) {
  return std::make_unique<TableStore>(plan, store, share);
}

}  // namespace assay::core
