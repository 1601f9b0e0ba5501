#include "host/runtime/poison_guard.hpp"

namespace assay::host {
namespace {

std::int64_t nanoseconds(PoisonGuard::Clock::time_point time) {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(time.time_since_epoch()).count();
}

}  // namespace

void PoisonGuard::given(std::uint64_t records, Clock::time_point now) {
  seen_.add(nanoseconds(now), {records, 0});
}

bool PoisonGuard::admits(Clock::time_point now) {
  if (closed_) return false;
  seen_.add(nanoseconds(now), {0, 1});
  const auto& counts = seen_.counts();
  // As products: where few records were given lately a share is no number to divide by.
  closed_ = counts.marked > limits_.count &&
            counts.marked * 1'000'000 > counts.all * static_cast<std::uint64_t>(limits_.share);
  return !closed_;
}

void PoisonGuard::passed() {
  if (!closed_) return;
  closed_ = false;
  seen_ = core::EventWindow(limits_.window);
}

Trouble PoisonGuard::trouble(const Trouble& next) const {
  return {Trouble::Kind::configuration, 0, next.code,
          "it rejected more than `dead_letters.guard` allows (" + std::to_string(limits_.count) +
              " records), so no more become dead letters; mend " +
              "what refuses them, or raise the guard if the records are at fault: " + next.text};
}

}  // namespace assay::host
