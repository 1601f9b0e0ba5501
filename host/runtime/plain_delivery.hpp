// Delivery through a sink without cursors: at least once.
//
// Records that were delivered are taken out of a parcel before the rest is tried again, so a retry
// repeats only what failed. After a crash the records since the last committed position come again,
// with the same idempotency key.
//
// Thread: the sink's.
#pragma once

#include "host/runtime/delivery.hpp"
#include "host/runtime/patience.hpp"
#include "host/runtime/rejections.hpp"
#include "host/runtime/sink_call.hpp"

namespace assay::host {

class PlainDelivery final : public Delivery {
 public:
  PlainDelivery(const SinkPlugin& sink, Patience& patience, const Rejections& rejections)
      : call_(sink),
        timeout_(sink.config().timeout),
        patience_(&patience),
        rejections_(rejections) {}

  void deliver(std::vector<Parcel> parcels, const std::stop_token& stop) override;

 private:
  // False when the stop came first.
  bool write(Parcel& parcel, const std::stop_token& stop);
  bool flush(const std::stop_token& stop);

  SinkCall call_;
  std::int64_t timeout_;
  Patience* patience_;
  Rejections rejections_;
};

}  // namespace assay::host
