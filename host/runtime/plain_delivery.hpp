// Delivery through a sink without cursors: at least once.
//
// Records that were delivered are taken out of a parcel before the rest is tried again, so a retry
// repeats only what failed. After a crash the records since the last committed position come again,
// with the same idempotency key.
//
// What a sink rejects, and what it leaves lying for longer than its step bears, goes to the step's
// fallback where it has one. While the sink is away then, one parcel is tried whenever a try is
// due, and the others are handed over at once. What the sink had taken and not confirmed may be
// delivered by both.
//
// Thread: the sink's.
#pragma once

#include <string>
#include <vector>

#include "host/runtime/delivery.hpp"
#include "host/runtime/handover.hpp"
#include "host/runtime/patience.hpp"
#include "host/runtime/rejections.hpp"
#include "host/runtime/sink_call.hpp"

namespace assay::host {

class PlainDelivery final : public Delivery {
 public:
  // The clock must outlive it.
  PlainDelivery(const SinkPlugin& sink, Patience& patience, const Rejections& rejections,
                Clock& clock = Clock::real())
      : call_(sink),
        timeout_(sink.config().timeout),
        patience_(&patience),
        rejections_(rejections),
        clock_(&clock),
        sink_(sink.config().id) {}

  void deliver(std::vector<Parcel> parcels, const std::stop_token& stop) override;

 private:
  enum class Written { all, handed_over, stopped };
  Written write(Parcel& parcel, const std::stop_token& stop);
  // Of one answer: the rows that are tried again; nothing when the stop came first.
  struct Rest;
  std::optional<Rest> judge(const WriteAnswer& answer, Parcel& parcel, Handover& handover,
                            const std::stop_token& stop);
  // Of what is written. False when the stop came first.
  bool flush(std::vector<Parcel>& parcels, const std::stop_token& stop);
  // Acknowledges and takes out the parcels that have waited for as long as their steps bear: nobody
  // knows which of their records are delivered. Answers when there is more of that.
  Patience::Time hand_over_unconfirmed(std::vector<Parcel>& parcels);
  // Once in an outage.
  void tell_of_handing_over();

  SinkCall call_;
  std::int64_t timeout_;
  Patience* patience_;
  Rejections rejections_;
  Clock* clock_;
  std::string sink_;  // its id, for the log
  bool told_ = false;
};

}  // namespace assay::host
