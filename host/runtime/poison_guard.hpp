// Halts a sink that rejects more than bad records explain.
//
// A table without its new column, a column that became too short: after such a deployment every
// record is an error in its data, and a topic would drain into the dead letters within minutes.
// Above a share of the sink's records and a number of them in a window of time the guard closes,
// and no further record becomes a dead letter. It opens again when the sink takes what it is given
// without rejecting any of it; whether the last records before that were bad by themselves, a
// person has to say.
//
// Thread: the sink's.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "core/decision/event_window.hpp"
#include "core/model/alarm_limits.hpp"
#include "host/runtime/sink_call.hpp"

namespace assay::host {

class PoisonGuard final {
 public:
  using Clock = std::chrono::steady_clock;

  // The window is of the process's own clock here.
  explicit PoisonGuard(const core::AlarmLimits& limits) : limits_(limits), seen_(limits.window) {}

  // So many are given to the sink for the first time.
  void given(std::uint64_t records, Clock::time_point now);
  // Whether one more of them may be rejected; it is counted then.
  [[nodiscard]] bool admits(Clock::time_point now);
  // The sink took something and rejected nothing.
  void passed();

  // What stands in the way while it is closed, by the error of the record that is next.
  [[nodiscard]] Trouble trouble(const Trouble& next) const;

 private:
  core::AlarmLimits limits_;
  core::EventWindow seen_;  // records, and the rejected ones among them
  bool closed_ = false;
};

}  // namespace assay::host
