// What the engine has done so far, counted: one picture of all workers and sinks.
//
// received = delivered + dead-lettered + duplicate + in flight, in every picture: each worker
// publishes its counters together, once per batch.
//
// Thread: any; plain values.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "core/decode/decode_error.hpp"
#include "core/features/feature_counters.hpp"
#include "core/model/decision.hpp"
#include "host/runtime/sink_thread.hpp"
#include "host/runtime/snapshot_thread.hpp"

namespace assay::host {

struct Status {
  struct Rule {
    std::string id;
    bool live = true;
    std::uint64_t hits = 0;
    std::uint64_t inconclusive = 0;
    std::uint64_t errors = 0;
    std::uint64_t alarms = 0;  // of its breaker, so far
    std::size_t alarmed = 0;   // workers in which it alarms now
    std::size_t demoted = 0;   // workers in which it counts as a shadow rule for that
  };
  struct Sink {
    std::string id;
    SinkState state = SinkState::working;
    std::string reason;  // why it does not work
    std::uint64_t records = 0;
    std::uint64_t retries = 0;
    std::size_t queued_bytes = 0;
  };

  std::uint64_t received = 0;
  std::uint64_t delivered = 0;
  std::uint64_t dead_lettered = 0;
  std::uint64_t duplicates = 0;
  std::uint64_t in_flight = 0;
  std::uint64_t ids_reused = 0;
  std::uint64_t records_expired = 0;
  std::uint64_t holders = 0;          // in memory
  std::uint64_t holders_unknown = 0;  // transactions whose holder nobody knows
  core::FeatureCounters features;     // of history
  SnapshotReport snapshots;
  std::array<std::uint64_t, core::kOutcomes> decisions{};
  std::array<std::uint64_t, core::kDecodeErrors> rejects{};
  std::uint64_t decline_alarms = 0;  // of the cap on declines, so far
  bool decline_alarm = false;        // it alarms now
  std::vector<Rule> rules;
  std::vector<Sink> sinks;
  std::vector<std::string> halted;  // partitions, with the reason
  std::size_t partitions = 0;       // that are read now
  std::size_t held = 0;             // of them with records that wait for a slower partition
  bool running = false;             // the workers are up
};

}  // namespace assay::host
