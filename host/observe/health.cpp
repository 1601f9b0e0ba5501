#include "host/observe/health.hpp"

#include <spdlog/fmt/fmt.h>

#include <algorithm>

namespace assay::host {
namespace {

constexpr const char* kNoneAssigned =
    "none is assigned yet; where an engine of this group ended without leaving it, the group keeps "
    "its partitions for it until its session is over (`session.timeout.ms`)";

Check check_start(const Status& status) {
  if (status.running && status.waits_for.empty()) return {.name = "start", .reason = {}};
  return {"start", false, "waits for " + status.waits_for};
}

Check check_kafka(const Status& status) {
  for (const auto& worker : status.workers) {
    if (!worker.trouble.empty()) return {"kafka", false, worker.name + ": " + worker.trouble};
  }
  return {.name = "kafka", .reason = {}};
}

Check check_partitions(const Status& status) {
  if (!status.halted.empty()) return {"partitions", false, "halted: " + status.halted.front()};
  if (status.partitions_assigned == 0) return {"partitions", false, kNoneAssigned};
  return {"partitions", true, fmt::format("{} are read", status.partitions_assigned)};
}

Check check_history(const Status& status) {
  if (status.left_to_replay == 0) return {.name = "history", .reason = {}};
  return {"history", false,
          fmt::format("{} records replayed, {} to go before anything new is judged",
                      status.replayed, status.left_to_replay)};
}

Check check_dead_letters(const Status& status) {
  if (!status.dead_letter_trouble) return {.name = "dead_letters", .reason = {}};
  return {"dead_letters", false,
          fmt::format("{} wait: {}", status.dead_letters.pending, *status.dead_letter_trouble)};
}

// Where fallbacks take its records nothing waits for it: they are as required, and have checks of
// their own.
Check check_sink(const Status::Sink& sink) {
  if (sink.state == SinkState::working) return {.name = "sink " + sink.id, .reason = {}};
  auto reason = (sink.state == SinkState::halted ? "halted: " : "retries: ") + sink.reason;
  const bool relieved = sink.relieved_after && sink.open >= *sink.relieved_after;
  if (!sink.required) reason += " (no step requires it)";
  if (relieved) reason += " (fallbacks take its records)";
  return {"sink " + sink.id, relieved || !sink.required, std::move(reason)};
}

// What stays down is not there for as long as the engine runs; what comes back by itself is told
// and no more, and so is a shadow rule's, on which nothing rests.
Check check_processes(const Status::Rule& rule) {
  Check check{.name = "rule " + rule.id, .reason = {}};
  for (const auto& process : rule.processes) {
    if (process.up || !check.ok) continue;
    check.ok = !process.given_up || !rule.live;
    check.reason = fmt::format("the process of worker {} is down{}: {}", process.worker,
                               process.given_up ? " and stays so" : "", process.last_end);
  }
  return check;
}

// Detection goes on meanwhile, so it is told and no more.
Check check_outbox(const OutboxThread::Report& outbox) {
  if (outbox.state == SinkState::working) return {.name = "outbox " + outbox.step, .reason = {}};
  return {"outbox " + outbox.step, true,
          fmt::format("{}: {} ({} wait)", outbox.state == SinkState::halted ? "halted" : "retries",
                      outbox.reason, outbox.waiting)};
}

}  // namespace

bool all_ok(const Checks& checks) { return std::ranges::all_of(checks, &Check::ok); }

Checks readiness(const Status& status) {
  Checks checks{check_start(status)};
  if (!status.running) return checks;
  checks.push_back(check_kafka(status));
  checks.push_back(check_partitions(status));
  checks.push_back(check_history(status));
  checks.push_back(check_dead_letters(status));
  for (const auto& rule : status.rules) {
    if (!rule.processes.empty()) checks.push_back(check_processes(rule));
  }
  for (const auto& sink : status.sinks) checks.push_back(check_sink(sink));
  for (const auto& outbox : status.outboxes) checks.push_back(check_outbox(outbox));
  return checks;
}

Checks liveness(const Status& status) {
  using std::chrono::duration_cast;
  using std::chrono::seconds;
  Checks checks;
  for (const auto& worker : status.workers) {
    if (worker.silent <= kLivePatience) {
      checks.push_back({.name = worker.name, .reason = {}});
      continue;
    }
    checks.push_back(
        {worker.name, false,
         fmt::format("its loop has not come round for {} s{}",
                     duration_cast<seconds>(worker.silent).count(),
                     worker.in_plugin.empty() ? "" : "; it is in " + worker.in_plugin)});
  }
  for (const auto& one : status.partitions) {
    if (one.waits <= kLivePatience) continue;
    checks.push_back({fmt::format("{} partition {}", one.topic, one.number), false,
                      fmt::format("{} records are there, and none was read for {} s", one.lag,
                                  duration_cast<seconds>(one.waits).count())});
  }
  return checks;
}

}  // namespace assay::host
