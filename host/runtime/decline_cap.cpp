#include "host/runtime/decline_cap.hpp"

#include <spdlog/spdlog.h>

#include "host/runtime/alarm_words.hpp"

namespace assay::host {

void DeclineCap::see(std::span<const std::int64_t> event_times,
                     std::span<const core::Decision> decisions) {
  const std::lock_guard lock(mutex_);
  for (std::size_t row = 0; row < decisions.size(); ++row) {
    if (event_times[row] == core::kCountedBefore) continue;
    const bool was_up = alarm_.up();
    alarm_.see(event_times[row], decisions[row].outcome == core::Outcome::decline);
    if (alarm_.up() == was_up) continue;
    const auto counted = counted_words(alarm_.counts(), limits_);
    if (was_up) {
      spdlog::warn("few transactions are declined again: {}", counted);
    } else {
      spdlog::warn("too many transactions are declined: {}, and `decision.cap` is {}", counted,
                   limits_.count - 1);
    }
  }
}

core::Alarm::State DeclineCap::state() const {
  const std::lock_guard lock(mutex_);
  return alarm_.state();
}

void DeclineCap::save(core::StateSink& to) const {
  const std::lock_guard lock(mutex_);
  alarm_.save(to);
}

bool DeclineCap::load(core::StateSource& from) {
  const std::lock_guard lock(mutex_);
  return alarm_.load(from);
}

}  // namespace assay::host
