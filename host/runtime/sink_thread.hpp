// A sink's own thread: a bounded queue in front of one instance of a sink plugin.
//
// What waits in the queue while a delivery is under way goes out together with the next one, so
// batches grow with the load by themselves; a lone parcel waits for company no longer than
// `batch.age`. Required parcels are always taken (workers stop reading before the budget is gone);
// optional ones are refused when the queue is full.
//
// Thread: made and stopped by control; put into by any.
#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <stop_token>
#include <thread>
#include <vector>

#include "core/model/alarm_limits.hpp"
#include "host/kafka/dead_letters.hpp"
#include "host/plugins/sink_plugin.hpp"
#include "host/runtime/histogram.hpp"
#include "host/runtime/parcel.hpp"
#include "host/runtime/patience.hpp"
#include "host/runtime/transactional_delivery.hpp"

namespace assay::host {

class SinkThread final {
 public:
  enum class Start { at_once, by_hand };
  // Sink, dead letters and clock must outlive it. `queue_bytes` bounds what optional steps may
  // leave here, `guard` what may become dead letters; `outbox` takes what is deferred to the sink.
  // Started by hand it has no thread of its own, and somebody calls run().
  SinkThread(const SinkPlugin& sink, DeadLetters& dead_letters, std::size_t queue_bytes,
             const core::AlarmLimits& guard, OutboxWriter outbox = {}, Clock& clock = Clock::real(),
             Start start = Start::at_once);
  // Stops: what is under way gets no further try.
  ~SinkThread();
  SinkThread(const SinkThread&) = delete;
  SinkThread& operator=(const SinkThread&) = delete;

  void put(Parcel parcel);
  // False when the queue is full.
  bool offer(Parcel parcel);
  // The stream must outlive the thread.
  void claim(ClaimOrder order, const TransactionalDelivery::Stream& stream);

  // What the thread does: delivers until the stop.
  void run(const std::stop_token& stop);

  struct Report {
    Patience::Report patience;
    std::size_t queued_bytes = 0;
    std::size_t queued_parcels = 0;
    std::uint64_t records = 0;  // that were handed to the sink and came through
    Histogram took;             // from the decision to the end of the delivery; by record
  };
  [[nodiscard]] Report report() const;
  [[nodiscard]] const SinkPlugin& sink() const { return *sink_; }

 private:
  // Takes what goes out together; empty when it is time to look again.
  std::vector<Parcel> gather(const std::stop_token& stop);
  bool ripe() const;

  const SinkPlugin* sink_;
  std::size_t queue_bytes_;
  Clock* clock_;
  Patience patience_;
  std::unique_ptr<TransactionalDelivery> transactional_;
  std::unique_ptr<Delivery> plain_;

  mutable std::mutex mutex_;
  std::condition_variable_any wake_;
  std::deque<Parcel> queue_;
  std::deque<std::pair<ClaimOrder, const TransactionalDelivery::Stream*>> claims_;
  std::size_t queued_bytes_ = 0;
  std::size_t queued_rows_ = 0;
  std::uint64_t records_ = 0;
  Histogram took_;
  bool ended_ = false;
  std::jthread thread_;  // last: it uses all of the above
};

}  // namespace assay::host
