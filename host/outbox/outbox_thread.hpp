// The thread of one deferred step: delivers from its outbox, counts what waits there, and deletes
// what was sent long ago.
//
// Thread: made and stopped by control; `report` any.
#pragma once

#include <chrono>
#include <cstdint>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>

#include "host/outbox/outbox_delivery.hpp"
#include "host/runtime/outbox_bell.hpp"
#include "host/runtime/outbox_level.hpp"

namespace assay::host {

class OutboxThread final {
 public:
  struct Options {
    OutboxDelivery::Options delivery;
    std::chrono::nanoseconds keep{};  // of what was sent
  };

  // Both instances are the thread's own; they, the bell and the level must outlive it.
  OutboxThread(Options options, const SinkPlugin& outbox, const SinkPlugin& sink, OutboxBell& bell,
               OutboxLevel& level);
  // Stops: what is being delivered gets no further try, and what became of it is written down.
  ~OutboxThread();
  OutboxThread(const OutboxThread&) = delete;
  OutboxThread& operator=(const OutboxThread&) = delete;

  struct Report {
    std::string step;
    std::string sink;
    SinkState state = SinkState::working;
    std::string reason;  // why not
    OutboxDelivery::Tally tally;
    std::uint64_t bytes = 0;            // that wait
    std::uint64_t most_bytes = 0;       // that may
    std::uint64_t waiting = 0;          // at the last count, as what follows
    std::uint64_t dead = 0;             // in the outbox, whoever found out
    std::chrono::nanoseconds oldest{};  // since the oldest one that waits was stored
    std::chrono::steady_clock::time_point counted;
  };
  [[nodiscard]] Report report() const;

 private:
  void run(const std::stop_token& stop);
  void look(const std::stop_token& stop);
  void forget(const std::stop_token& stop);

  Options options_;
  const SinkPlugin* outbox_;
  const SinkPlugin* sink_;
  OutboxBell* bell_;
  OutboxLevel* level_;
  Patience with_outbox_;
  Patience with_sink_;
  OutboxDelivery delivery_;
  SinkCall call_;                               // for counting and forgetting
  std::chrono::steady_clock::duration took_{};  // the last count

  mutable std::mutex mutex_;
  std::condition_variable wake_;
  assay_outbox_counts counts_{};
  std::chrono::steady_clock::time_point counted_;
  bool ended_ = false;
  std::jthread thread_;  // last: it uses all of the above
};

}  // namespace assay::host
