// Time, and the waiting of the engine's threads: the one place where they meet the machine's clock.
//
// A simulation brings a clock of its own. Its time passes when everybody waits, so years of outages
// take milliseconds, and nothing happens in an order that chance has not chosen from a seed.
//
// Thread: any.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <stop_token>

namespace assay::host {

class Clock {
 public:
  using Moment = std::chrono::steady_clock::time_point;
  using Condition = std::function<bool()>;  // asked with the lock held

  virtual ~Clock() = default;

  [[nodiscard]] virtual Moment now() const = 0;
  // Nanoseconds since 1970, as people count.
  [[nodiscard]] virtual std::int64_t wall() const = 0;

  // Gives the lock up until the condition holds, the moment has come or a stop is requested.
  // Answers whether the condition holds then.
  virtual bool wait_until(std::unique_lock<std::mutex>& lock, std::condition_variable_any& changed,
                          const std::stop_token& stop, Moment end, const Condition& condition) = 0;
  // The same without an end.
  bool wait(std::unique_lock<std::mutex>& lock, std::condition_variable_any& changed,
            const std::stop_token& stop, const Condition& condition) {
    return wait_until(lock, changed, stop, Moment::max(), condition);
  }

  // The machine's.
  [[nodiscard]] static Clock& real();
};

}  // namespace assay::host
