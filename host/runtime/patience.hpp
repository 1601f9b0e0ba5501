// How a sink's thread waits when its peer is in trouble.
//
// A transient trouble is an outage: wait with back-off, try again, for ever. A configuration
// trouble (password, rights, a missing table) halts the sink: one try every 30 s, because the
// remedy is somebody's doing. Each change of state is logged once, not each attempt. A stop ends
// every wait.
//
// It is what others call a circuit breaker: closed while the sink works, open from the first try
// that failed, half open whenever the next one is due.
//
// Thread: the sink's; `report` by any.
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <random>
#include <stop_token>
#include <string>

#include "core/sinks/backoff.hpp"
#include "host/runtime/clock.hpp"
#include "host/runtime/sink_call.hpp"

namespace assay::host {

enum class SinkState { working, retrying, halted };

class Patience final {
 public:
  using Time = std::chrono::steady_clock::time_point;
  static constexpr std::chrono::nanoseconds kProbe = std::chrono::seconds(30);

  // `sink` is named in the log; no wait is longer than `longest`. The clock outlives it.
  explicit Patience(std::string sink, std::chrono::nanoseconds longest = kProbe,
                    Clock& clock = Clock::real())
      : sink_(std::move(sink)),
        longest_(longest),
        clock_(&clock),
        // No two processes begin in the same nanosecond: that is all that jitter needs.
        random_(static_cast<std::uint64_t>(clock.now().time_since_epoch().count())) {}

  // Waits as the trouble asks for. False when the stop came first.
  bool wait(const Trouble& trouble, const std::stop_token& stop) {
    failed(trouble);
    return rest(stop);
  }
  // The two halves of it: a try failed; and a rest until the next one is due, or until then.
  void failed(const Trouble& trouble);
  bool rest(const std::stop_token& stop, Time until = Time::max());
  void succeeded();

  // Since when the peer has been in trouble; nothing while it works.
  [[nodiscard]] std::optional<Time> since() const { return since_; }
  [[nodiscard]] bool due() const { return clock_->now() >= next_try_; }

  struct Report {
    SinkState state = SinkState::working;
    std::string reason;
    std::uint64_t retries = 0;
    std::chrono::nanoseconds open{};  // since the peer has been in trouble
  };
  [[nodiscard]] Report report() const;

 private:
  void enter(SinkState state, const Trouble& trouble);

  std::string sink_;
  std::chrono::nanoseconds longest_;
  Clock* clock_;
  core::Backoff backoff_;
  std::mt19937_64 random_;
  std::optional<Time> since_;
  Time next_try_ = Time::min();
  mutable std::mutex mutex_;
  std::condition_variable_any wake_;
  Report report_;
};

}  // namespace assay::host
