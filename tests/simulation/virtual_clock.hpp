// The engine's clock over simulated threads: whoever waits lets the others go on.
//
// Thread: one.
#pragma once

#include "host/runtime/clock.hpp"
#include "tests/simulation/fibers.hpp"

namespace assay::simulation {

class VirtualClock final : public host::Clock {
 public:
  explicit VirtualClock(Fibers& fibers) : fibers_(&fibers) {}

  Moment now() const override { return fibers_->now(); }
  std::int64_t wall() const override {
    return kEpoch + std::chrono::nanoseconds(now().time_since_epoch()).count();
  }
  bool wait_until(std::unique_lock<std::mutex>& lock, std::condition_variable_any&,
                  const std::stop_token& stop, Moment end, const Condition& condition) override {
    lock.unlock();
    // Asked by the only thread there is: nothing changes meanwhile.
    fibers_->wait(end, [&] { return stop.stop_requested() || condition(); });
    lock.lock();
    return condition();
  }

 private:
  static constexpr std::int64_t kEpoch = 1'700'000'000'000'000'000;

  Fibers* fibers_;
};

}  // namespace assay::simulation
