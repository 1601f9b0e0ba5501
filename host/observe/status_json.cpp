#include "host/observe/status_json.hpp"

#include <spdlog/fmt/chrono.h>
#include <spdlog/fmt/fmt.h>

#include <nlohmann/json.hpp>

#include "host/version.hpp"

namespace assay::host {
namespace {

using Json = nlohmann::ordered_json;

const char* word(SinkState state) {
  switch (state) {
    case SinkState::working:
      return "working";
    case SinkState::retrying:
      return "retrying";
    case SinkState::halted:
      return "halted";
  }
  return "";
}

std::uint64_t all_of(const std::map<std::string, std::uint64_t>& by_step) {
  std::uint64_t all = 0;
  for (const auto& [step, count] : by_step) all += count;
  return all;
}

Json records(const Status& status) {
  return {{"received", status.received},
          {"delivered", status.delivered},
          {"dead_lettered", status.dead_lettered},
          {"duplicates", status.duplicates},
          {"in_flight", status.in_flight},
          {"expired", status.records_expired},
          {"dropped_by_optional_steps", all_of(status.dropped)},
          {"handed_over_to_fallbacks", all_of(status.handed_over)},
          {"replayed", status.replayed},
          {"left_to_replay", status.left_to_replay}};
}

Json processes(const Status::Rule& rule) {
  auto list = Json::array();
  for (const auto& one : rule.processes) {
    list.push_back({{"worker", one.worker},
                    {"pid", one.pid},
                    {"up", one.up},
                    {"given_up", one.given_up},
                    {"restarts", one.restarts},
                    {"deadline_misses", one.deadline_misses},
                    {"last_end", one.last_end}});
  }
  return list;
}

Json rules(const Status& status) {
  auto list = Json::array();
  for (const auto& rule : status.rules) {
    list.push_back({{"id", rule.id},
                    {"plugin", rule.plugin},
                    {"mode", rule.live ? "live" : "shadow"},
                    {"hits", rule.hits},
                    {"inconclusive", rule.inconclusive},
                    {"errors", rule.errors},
                    {"alarms", rule.alarmed > 0},
                    {"demoted", rule.demoted > 0},
                    {"processes", processes(rule)}});
  }
  return list;
}

Json sinks(const Status& status) {
  auto list = Json::array();
  for (const auto& sink : status.sinks) {
    list.push_back({{"id", sink.id},
                    {"plugin", sink.plugin},
                    {"instance", sink.instance},
                    {"required", sink.required},
                    {"state", word(sink.state)},
                    {"reason", sink.reason},
                    {"open_seconds", std::chrono::duration<double>(sink.open).count()},
                    {"records", sink.records},
                    {"retries", sink.retries},
                    {"queued_bytes", sink.queued_bytes}});
  }
  return list;
}

Json outboxes(const Status& status) {
  auto list = Json::array();
  for (const auto& one : status.outboxes) {
    list.push_back({{"step", one.step},
                    {"sink", one.sink},
                    {"state", word(one.state)},
                    {"reason", one.reason},
                    {"waiting", one.waiting},
                    {"waiting_bytes", one.bytes},
                    {"max_bytes", one.most_bytes},
                    {"oldest_seconds", std::chrono::duration<double>(one.oldest).count()},
                    {"dead", one.dead},
                    {"sent", one.tally.sent},
                    {"retries", one.tally.retries},
                    {"ambiguous", one.tally.ambiguous + one.tally.held}});
  }
  return list;
}

Json workers(const Status& status) {
  auto list = Json::array();
  for (const auto& worker : status.workers) {
    list.push_back({{"name", worker.name},
                    {"partitions", worker.partitions},
                    {"paused", worker.paused},
                    {"trouble", worker.trouble}});
  }
  return list;
}

Json partitions(const Status& status) {
  auto list = Json::array();
  for (const auto& one : status.partitions) {
    list.push_back(
        {{"topic", one.topic}, {"partition", one.number}, {"offset", one.next}, {"lag", one.lag}});
  }
  return list;
}

Json snapshots(const SnapshotReport& report) {
  return {{"written", report.written},
          {"bytes", report.bytes},
          {"failed", report.failed},
          {"given_up", report.given_up}};
}

std::string utc(std::chrono::system_clock::time_point time) {
  return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}",
                     fmt::gmtime(std::chrono::system_clock::to_time_t(time)));
}

Json reloads(const ReloadReport& report) {
  Json json{{"in_force_since", utc(report.in_force_since)},
            {"reloads", report.done},
            {"refused", report.refused},
            {"under_way", report.under_way},
            {"plugins_retired", report.plugins_retired}};
  if (!report.changes.empty()) json["changes"] = report.changes;
  if (!report.refusal.empty()) json["refusal"] = report.refusal;
  return json;
}

Json checks_of(const Checks& checks) {
  auto list = Json::array();
  for (const auto& check : checks) {
    Json one{{"name", check.name}, {"ok", check.ok}};
    if (!check.reason.empty()) one["reason"] = check.reason;
    list.push_back(std::move(one));
  }
  return list;
}

// Words of a peer may be in any encoding.
std::string text(const Json& json) {
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace

std::string status_json(const Status& status, const std::string& config_hash) {
  const auto checks = readiness(status);
  Json decisions;
  for (std::size_t i = 0; i < status.decisions.size(); ++i) {
    decisions[std::string(core::to_string(static_cast<core::Outcome>(i)))] = status.decisions[i];
  }
  return text({{"version", kVersion},
               {"config_hash", config_hash},
               {"configuration", reloads(status.reloads)},
               {"ready", all_ok(checks)},
               {"checks", checks_of(checks)},
               {"records", records(status)},
               {"decisions", std::move(decisions)},
               {"rules", rules(status)},
               {"sinks", sinks(status)},
               {"outboxes", outboxes(status)},
               {"workers", workers(status)},
               {"partitions", partitions(status)},
               {"snapshots", snapshots(status.snapshots)},
               {"halted", status.halted}});
}

std::string checks_json(const Checks& checks) {
  return text({{"ok", all_ok(checks)}, {"checks", checks_of(checks)}});
}

}  // namespace assay::host
