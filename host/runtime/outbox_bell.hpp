// Wakes those who deliver from an outbox when this process has put something into it. What another
// process of the group put there is found by looking now and then.
//
// Thread: rung by sinks' threads, waited for by the outbox's.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <stop_token>

namespace assay::host {

class OutboxBell final {
 public:
  void ring() {
    {
      const std::lock_guard lock(mutex_);
      ++rings_;
    }
    rung_.notify_all();
  }

  // To be asked before a look: what rings behind it ends the wait.
  [[nodiscard]] std::uint64_t rings() const {
    const std::lock_guard lock(mutex_);
    return rings_;
  }
  // Until it has rung more often than that, the time is over, or the stop comes.
  void wait(std::uint64_t rings, std::chrono::nanoseconds time, const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    rung_.wait_for(lock, stop, time, [&] { return rings_ != rings; });
  }

 private:
  mutable std::mutex mutex_;
  std::condition_variable_any rung_;
  std::uint64_t rings_ = 0;
};

}  // namespace assay::host
