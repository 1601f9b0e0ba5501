// What the engine has done so far, and how it stands: one picture of all workers and sinks.
//
// received = delivered + dead-lettered + duplicate + in flight, in every picture: each worker
// publishes its counters together, once per batch.
//
// Thread: any; plain values.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/decode/decode_error.hpp"
#include "core/features/feature_counters.hpp"
#include "core/model/decision.hpp"
#include "host/application/reload_report.hpp"
#include "host/isolation/kept_process.hpp"
#include "host/kafka/dead_letters.hpp"
#include "host/outbox/outbox_thread.hpp"
#include "host/runtime/histogram.hpp"
#include "host/runtime/sink_thread.hpp"
#include "host/runtime/snapshot_thread.hpp"

namespace assay::host {

struct Status {
  struct Rule {
    std::string id;
    std::string plugin{};  // what judges, with its version
    bool live = true;
    std::uint64_t hits = 0;
    std::uint64_t inconclusive = 0;
    std::uint64_t errors = 0;
    std::uint64_t alarms = 0;                // of its breaker, so far
    std::size_t alarmed = 0;                 // workers in which it alarms now
    std::size_t demoted = 0;                 // workers in which it counts as a shadow rule for that
    std::vector<ProcessReport> processes{};  // that its code runs in; none in the engine's own
  };
  struct Sink {
    std::string id;
    std::string plugin{};      // with its version
    std::size_t instance = 0;  // of the sink: one, or several that share the partitions
    bool required = false;     // by a step of any chain
    SinkState state = SinkState::working;
    std::string reason;               // why it does not work
    std::chrono::nanoseconds open{};  // since its peer has been in trouble
    // How long it may be so until every step that requires it hands its records over to a fallback;
    // nothing where one of them does not.
    std::optional<std::chrono::nanoseconds> relieved_after{};
    std::uint64_t records = 0;
    std::uint64_t retries = 0;
    std::size_t queued_bytes = 0;
    Histogram took{};  // from a decision to its delivery
  };
  struct Worker {
    std::string name;  // of its thread
    std::size_t partitions = 0;
    bool paused = false;                 // reads nothing, for the budget is used up
    std::string trouble;                 // what keeps it from the brokers; empty while they answer
    std::chrono::milliseconds silent{};  // since its loop last came round
    std::string in_plugin;               // whose call it is in just now; empty for none
  };
  // That is read now.
  struct Partition {
    std::string topic;
    std::int32_t number = 0;
    std::int64_t next = 0;  // offset
    std::int64_t lag = 0;   // records behind the end of the log
    // Since when records have been there and none was read, although nothing is known that keeps
    // them.
    std::chrono::milliseconds waits{};
  };
  struct PluginCounter {
    std::string plugin;
    std::string name;
    std::string help;
    std::uint64_t value = 0;
  };

  std::uint64_t received = 0;
  std::uint64_t delivered = 0;
  std::uint64_t dead_lettered = 0;
  std::uint64_t duplicates = 0;
  std::uint64_t in_flight = 0;
  std::uint64_t given_up = 0;  // read, then given up with their partition; not among the received
  std::uint64_t replayed = 0;  // again, to restore what is remembered; not among the received
  std::uint64_t left_to_replay = 0;
  std::uint64_t ids_reused = 0;
  std::uint64_t records_expired = 0;
  // By the step's name, of steps of which it can be said.
  std::map<std::string, std::uint64_t> cooled_down;  // decisions not told, for the cooldown
  std::map<std::string, std::uint64_t> handed_over;  // records, to the fallback
  std::map<std::string, std::uint64_t> dropped;      // records, by an optional step without room
  std::uint64_t rebalances = 0;
  std::uint64_t holders = 0;          // in memory
  std::uint64_t holders_unknown = 0;  // transactions whose holder nobody knows
  core::FeatureCounters features;     // of history
  SnapshotReport snapshots;
  std::array<std::uint64_t, core::kOutcomes> decisions{};
  Histogram decided;  // from reading a record to its decision
  Histogram age;      // from the stamp of a record to its decision
  std::array<std::uint64_t, core::kDecodeErrors> rejects{};
  std::uint64_t decline_alarms = 0;  // of the cap on declines, so far
  bool decline_alarm = false;        // it alarms now
  DeadLetterCounters dead_letters;
  std::optional<std::string> dead_letter_trouble;  // why letters wait
  std::vector<Rule> rules;
  std::vector<Sink> sinks;                     // each instance
  std::vector<OutboxThread::Report> outboxes;  // of each deferred step
  std::vector<Worker> workers;
  std::vector<Partition> partitions;
  std::vector<PluginCounter> plugin_counters;
  std::vector<std::string> halted;      // partitions, with the reason
  std::size_t partitions_assigned = 0;  // of transactions, and read
  std::size_t held = 0;                 // of them with records that wait for a slower partition
  // How often a worker that stood still was waited for no longer by those it held.
  std::uint64_t passed_over = 0;
  ReloadReport reloads;
  bool running = false;   // the workers are up
  std::string waits_for;  // what a start waits for; empty once the workers are up
};

}  // namespace assay::host
