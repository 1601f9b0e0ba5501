// Rises when too many of the transactions in a window of event time are marked, and falls when they
// are at most half of too many.
//
// Too many are more than the share and no fewer than the count; half of either is few enough. In
// between the alarm stays what it is, so that it does not flutter.
//
// Thread: its owner's.
#pragma once

#include <cstdint>

#include "core/decision/event_window.hpp"
#include "core/model/alarm_limits.hpp"
#include "core/model/state_stream.hpp"

namespace assay::core {

class Alarm final {
 public:
  explicit Alarm(const AlarmLimits& limits) : limits_(limits), window_(limits.window) {}

  void see(std::int64_t event_time, bool marked);

  // What is said of it.
  struct State {
    std::uint64_t rises = 0;      // how often it rose
    std::uint64_t up = 0;         // 1 while it is up
    EventWindow::Counts at_rise;  // in the window when it rose last
    std::int64_t risen_at = 0;    // event time of the transaction that made it rise last
  };
  bool up() const { return state_.up != 0; }
  const State& state() const { return state_; }
  const EventWindow::Counts& counts() const { return window_.counts(); }

  void save(StateSink& to) const;
  // False where the bytes are damaged: then it is as it was. State of other limits' window is
  // passed over.
  [[nodiscard]] bool load(StateSource& from);

 private:
  bool too_many() const;
  bool few() const;

  AlarmLimits limits_;
  EventWindow window_;
  State state_;
};

}  // namespace assay::core
