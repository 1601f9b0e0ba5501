// Delivers what a deferred step left in an outbox, by rounds: some records are taken, written to
// the step's sink, and what became of each is written down.
//
// A record may be delivered and nobody hear of it: the sink never gets the receiver's answer and
// says so, or this process dies between the sink's answer and its settlement. The latter covers one
// round at most, and who takes the record again says so. Both are ambiguous. A take holds for a
// lease; no write begins that could outlast it, so two processes never have the same record in
// hand. A record that can never be delivered becomes dead and stays in the outbox; what passes is
// tried again, each record after a wait of its own, the sink as a whole by the patience of every
// sink.
//
// Thread: the outbox's; `tally` any.
#pragma once

#include <chrono>
#include <cstdint>
#include <mutex>
#include <random>
#include <stop_token>
#include <string>
#include <vector>

#include "core/model/alarm_limits.hpp"
#include "host/outbox/record_text.hpp"
#include "host/plugins/sink_plugin.hpp"
#include "host/runtime/patience.hpp"
#include "host/runtime/poison_guard.hpp"
#include "host/runtime/sink_call.hpp"

namespace assay::host {

class OutboxDelivery final {
 public:
  struct Options {
    std::string group;
    std::string step;
    std::uint32_t batch = 20;  // records of a round
    bool hold_ambiguous = false;
    core::AlarmLimits guard{};  // of what may become dead
  };
  struct Parties {
    const SinkPlugin* outbox = nullptr;  // an instance of this delivery's own
    const SinkPlugin* sink = nullptr;    // the same; bound to decisions
    Patience* with_outbox = nullptr;
    Patience* with_sink = nullptr;
  };

  // The parties must outlive it.
  OutboxDelivery(Options options, const Parties& parties);

  // False where nothing was due.
  bool round(const std::stop_token& stop);

  struct Tally {
    std::uint64_t sent = 0;
    std::uint64_t dead = 0;
    std::uint64_t retries = 0;    // records that were tried and have to be tried again
    std::uint64_t ambiguous = 0;  // tried again though they may have been delivered
    std::uint64_t held = 0;       // or made dead for that
    std::uint64_t bytes = 0;      // of what was sent or is dead
  };
  [[nodiscard]] Tally tally() const;

 private:
  struct Taken {
    KeptRecord record;
    RecordOrigin origin;
    std::int64_t id = 0;
    std::uint32_t attempt = 0;
    // What became of it; pending until something else is known.
    std::uint32_t state = ASSAY_OUTBOX_PENDING;
    bool in_doubt = false;
    std::int64_t wait = 0;  // nanoseconds
    std::string code;
    std::string text;
  };
  using Share = std::vector<Taken*>;  // of one origin

  bool take(const std::stop_token& stop);
  std::vector<Share> shares();
  // Each answers what keeps the rest from being tried.
  Trouble deliver(Share share);
  Trouble write(const Share& share, const core::RecordBlock& block);
  Trouble judge(Taken& taken, const Trouble& trouble);
  // Nothing where the trouble leaves no doubt.
  void doubt(const Share& share, const Trouble& trouble) const;
  void settle(const std::stop_token& stop);
  void count();

  Options options_;
  Parties parties_;
  SinkCall outbox_;
  SinkCall sink_;
  PoisonGuard guard_;
  std::mt19937_64 random_;
  std::vector<Taken> taken_;
  mutable std::mutex mutex_;
  Tally tally_;
};

}  // namespace assay::host
