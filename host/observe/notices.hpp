// What a supervisor is told of the engine, in the words of sd_notify(3): that it has started, how
// it stands, that it stops, that it is alive. Pure: what to say comes from a picture and a time.
//
// Started is not ready. READY=1 means that nothing can refuse the start any more: the workers are
// up, or a peer has been waited for so long that it is an outage, which is no failure of a start.
// Whether transactions are judged is in STATUS= and at /readyz.
//
// Thread: one at a time.
#pragma once

#include <chrono>
#include <string>

#include "host/application/status.hpp"

namespace assay::host {

class Notices final {
 public:
  using Clock = std::chrono::steady_clock;
  struct Limits {
    std::chrono::milliseconds outage{10'000};  // of a wait for a peer, before the start is one
  };

  Notices() = default;
  explicit Notices(Limits limits) : limits_(limits) {}

  // Lines to send now. A line that would repeat what was said last is left out, but for WATCHDOG=1,
  // which is there as long as the engine is alive (health.hpp); so empty only when it is not.
  // Status in one line of at most 1,000 bytes.
  [[nodiscard]] std::string next(const Status& status, Clock::time_point now, bool stopping);

  // Why it is not called alive: of the last picture; empty while it is.
  [[nodiscard]] const std::string& trouble() const { return trouble_; }

 private:
  bool has_started(const Status& status, Clock::time_point now);

  Limits limits_;
  Clock::time_point waits_since_{};  // the epoch: it does not
  bool started_ = false;
  bool stopping_ = false;
  bool reloading_ = false;
  std::string told_;  // the last STATUS=
  std::string trouble_;
};

}  // namespace assay::host
