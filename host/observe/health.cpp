#include "host/observe/health.hpp"

#include <spdlog/fmt/fmt.h>

#include <algorithm>

namespace assay::host {
namespace {

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
  if (status.partitions == 0) return {"partitions", false, "none is assigned yet"};
  return {"partitions", true, fmt::format("{} are read", status.partitions)};
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

Check check_sink(const Status::Sink& sink) {
  const bool works = sink.state == SinkState::working;
  std::string reason;
  if (!works) reason = (sink.state == SinkState::halted ? "halted: " : "retries: ") + sink.reason;
  if (!works && !sink.required) reason += " (no step requires it)";
  return {"sink " + sink.id, works || !sink.required, std::move(reason)};
}

// Where one of these holds, standing still is explained, and somebody is told elsewhere.
bool is_held_up(const Status& status) {
  return !all_ok(readiness(status)) || status.held > 0 ||
         std::ranges::any_of(status.workers, &Status::Worker::paused);
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
  for (const auto& sink : status.sinks) checks.push_back(check_sink(sink));
  return checks;
}

Checks Liveness::look(const Status& status, Clock::time_point now) {
  Checks checks;
  for (const auto& worker : status.workers) {
    const bool turns = worker.silent <= kPatience;
    checks.push_back({worker.name, turns,
                      turns ? ""
                            : fmt::format("its loop has not come round for {} s",
                                          worker.silent.count() / 1000)});
  }
  const bool held_up = is_held_up(status);
  decltype(partitions_) seen;
  for (const auto& one : status.lags) {
    const auto key = std::pair(one.topic, one.number);
    const auto before = partitions_.find(key);
    const bool moves =
        before == partitions_.end() || before->second.next != one.next || one.lag == 0 || held_up;
    const auto since = moves ? now : before->second.since;
    seen[key] = {one.next, since};
    if (now - since <= kPatience) continue;
    checks.push_back(
        {fmt::format("{} partition {}", one.topic, one.number), false,
         fmt::format("{} records are there, and none was read for {} s", one.lag,
                     std::chrono::duration_cast<std::chrono::seconds>(now - since).count())});
  }
  partitions_ = std::move(seen);
  return checks;
}

}  // namespace assay::host
