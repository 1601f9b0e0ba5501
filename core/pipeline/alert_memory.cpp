#include "core/pipeline/alert_memory.hpp"

#include <algorithm>

namespace assay::core {

bool AlertMemory::let_through(std::span<const std::uint64_t> alerts, std::int64_t event_time) {
  newest_ = std::max(newest_, event_time);
  if (std::ranges::none_of(alerts, [&](auto alert) { return cooled(alert, event_time); })) {
    return false;
  }
  if (told_.size() >= sweep_at_ && newest_ >= sweep_after_) forget_old();
  for (const auto alert : alerts) {
    if (told_.size() >= kMost && !told_.contains(alert)) continue;
    auto& told = told_[alert];
    told = std::max(told, event_time);
  }
  return true;
}

// Also for one that happened long before what was told: it is another story.
bool AlertMemory::cooled(std::uint64_t alert, std::int64_t event_time) const {
  const auto found = told_.find(alert);
  if (found == told_.end()) return true;
  const auto apart = event_time - found->second;
  return apart >= cooldown_ || apart <= -cooldown_;
}

void AlertMemory::forget_old() {
  std::erase_if(told_, [&](const auto& one) { return newest_ - one.second >= cooldown_; });
  sweep_at_ = std::clamp<std::size_t>(2 * told_.size(), 1'024, kMost);
  // Where all that is remembered is young, looking through it each time would find nothing.
  sweep_after_ = newest_ + cooldown_ / 16;
}

}  // namespace assay::core
