// Records that a sink can never store: each becomes one dead letter, and only then is it done. More
// than the guard admits do not: then the sink halts instead.
//
// Thread: the sink's.
#pragma once

#include <cstdint>
#include <stop_token>

#include "core/model/alarm_limits.hpp"
#include "core/sinks/record_block.hpp"
#include "host/kafka/dead_letters.hpp"
#include "host/plugins/sink_plugin.hpp"
#include "host/runtime/clock.hpp"
#include "host/runtime/poison_guard.hpp"
#include "host/runtime/sink_call.hpp"

namespace assay::host {

class Rejections final {
 public:
  // All but the limits must outlive it.
  Rejections(DeadLetters& dead_letters, const SinkPlugin& sink, const core::AlarmLimits& guard,
             Clock& clock = Clock::real())
      : dead_letters_(&dead_letters), sink_(&sink), guard_(guard), clock_(&clock) {}

  // Whether one more record may become a dead letter; if not, `trouble` is what there is to wait
  // for instead.
  [[nodiscard]] bool admit(const Trouble& why, Trouble& trouble) {
    if (guard_.admits(clock_->now())) return true;
    trouble = guard_.trouble(why);
    return false;
  }
  // So many records are about to be given to the sink for the first time.
  void given(std::uint64_t records) { guard_.given(records, clock_->now()); }
  // The sink took some and rejected none.
  void passed() { guard_.passed(); }

  // Waits until the dead letter is durable. False when the stop came first.
  bool put(const core::RecordBlock& block, std::uint32_t row, const Trouble& why,
           const std::stop_token& stop);

 private:
  DeadLetters* dead_letters_;
  const SinkPlugin* sink_;
  PoisonGuard guard_;
  Clock* clock_;
};

}  // namespace assay::host
