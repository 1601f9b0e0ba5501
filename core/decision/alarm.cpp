#include "core/decision/alarm.hpp"

namespace assay::core {
namespace {

constexpr std::uint64_t kMillionths = 1'000'000;

}  // namespace

bool Alarm::too_many() const {
  const auto& [all, marked] = window_.counts();
  return marked >= limits_.count &&
         marked * kMillionths > all * static_cast<std::uint64_t>(limits_.share);
}

bool Alarm::few() const {
  const auto& [all, marked] = window_.counts();
  return 2 * marked < limits_.count ||
         2 * marked * kMillionths <= all * static_cast<std::uint64_t>(limits_.share);
}

void Alarm::see(std::int64_t event_time, bool marked) {
  window_.add(event_time, marked);
  if (up()) {
    if (few()) state_.up = 0;
  } else if (too_many()) {
    state_ = {state_.rises + 1, 1, window_.counts(), event_time};
  }
}

void Alarm::save(StateSink& to) const {
  to.put(limits_.window);
  to.put(state_);
  window_.save(to);
}

bool Alarm::load(StateSource& from) {
  std::int64_t length = 0;
  State state;
  EventWindow window(limits_.window);
  if (!from.take(length) || !from.take(state) || !window.load(from)) return false;
  if (state.up > 1 || state.up > state.rises) return false;
  if (length != limits_.window) return true;
  window_ = window;
  state_ = state;
  return true;
}

}  // namespace assay::core
