#include "host/runtime/clock.hpp"

namespace assay::host {
namespace {

class RealClock final : public Clock {
 public:
  Moment now() const override { return std::chrono::steady_clock::now(); }
  std::int64_t wall() const override {
    return std::chrono::duration_cast<std::chrono::nanoseconds>(
               std::chrono::system_clock::now().time_since_epoch())
        .count();
  }
  bool wait_until(std::unique_lock<std::mutex>& lock, std::condition_variable_any& changed,
                  const std::stop_token& stop, Moment end, const Condition& condition) override {
    // The end of all time is one that the system's call cannot take.
    if (end == Moment::max()) return changed.wait(lock, stop, condition);
    return changed.wait_until(lock, stop, end, condition);
  }
};

}  // namespace

Clock& Clock::real() {
  static RealClock clock;
  return clock;
}

}  // namespace assay::host
