// The threads of one configured sink: one, or several that share the partitions among them.
//
// A partition always goes to the same thread, so its batches stay in order.
//
// Thread: made by control; used by workers.
#pragma once

#include <memory>
#include <vector>

#include "host/runtime/sink_thread.hpp"

namespace assay::host {

class SinkRoute final {
 public:
  explicit SinkRoute(std::vector<std::unique_ptr<SinkThread>> threads)
      : threads_(std::move(threads)) {}

  [[nodiscard]] SinkThread& of(core::PartitionId partition) const {
    return *threads_[static_cast<std::size_t>(partition.value) % threads_.size()];
  }

  // Sends each thread its share; answers how many Claimed will come.
  std::size_t claim(const ClaimOrder& order, const TransactionalDelivery::Stream& stream) const {
    std::size_t orders = 0;
    for (std::size_t i = 0; i < threads_.size(); ++i) {
      auto share = order;
      std::erase_if(share.partitions, [&](core::PartitionId partition) {
        return static_cast<std::size_t>(partition.value) % threads_.size() != i;
      });
      if (share.partitions.empty()) continue;
      threads_[i]->claim(std::move(share), stream);
      ++orders;
    }
    return orders;
  }

  [[nodiscard]] const std::vector<std::unique_ptr<SinkThread>>& threads() const { return threads_; }

 private:
  std::vector<std::unique_ptr<SinkThread>> threads_;
};

}  // namespace assay::host
