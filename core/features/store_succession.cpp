#include "core/features/store_succession.hpp"

#include <algorithm>

#include "core/features/store_factory.hpp"

namespace assay::core {

StoreOrigin origin_of(const FeaturePlan& elder, const FeaturePlan& next, std::uint32_t store) {
  StoreOrigin origin;
  const auto& wanted = next.of_store(store);
  origin.features.resize(wanted.size());
  const auto found =
      std::ranges::find(elder.stores(), next.stores()[store].key_names, &StorePlan::key_names);
  if (found == elder.stores().end() || found->shared != next.stores()[store].shared) return origin;
  origin.store = static_cast<std::uint32_t>(found - elder.stores().begin());
  const auto& known = elder.of_store(*origin.store);
  origin.same = known.size() == wanted.size();
  for (std::uint32_t i = 0; i < wanted.size(); ++i) {
    for (std::uint32_t k = 0; k < known.size(); ++k) {
      if (elder.features()[known[k]].text != next.features()[wanted[i]].text) continue;
      origin.features[i] = k;
    }
    origin.same = origin.same && origin.features[i] == i;
  }
  return origin;
}

std::unique_ptr<HistoryStore> succeed_store(std::unique_ptr<HistoryStore> elder,
                                            const StoreOrigin& origin, const FeaturePlan& next,
                                            std::uint32_t store, MemoryShare& share,
                                            std::int64_t now) {
  if (elder && origin.same) return elder;
  auto made = make_store(next, store, share);
  if (elder) {
    made->take_over(*elder, origin.features, now);
  } else {
    made->count_since(std::vector<std::int64_t>(origin.features.size(), now));
  }
  return made;
}

}  // namespace assay::core
