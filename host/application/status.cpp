// How the application's picture is put together from what its parts have published.
#include "host/application/status.hpp"

#include <algorithm>
#include <utility>

#include "host/application/application.hpp"

namespace assay::host {
namespace {

using std::chrono::milliseconds;

void add(const core::FeatureCounters& more, core::FeatureCounters& sum) {
  sum.applied += more.applied;
  sum.late += more.late;
  sum.redelivered += more.redelivered;
  sum.reversed += more.reversed;
  sum.reversal_unknown += more.reversal_unknown;
  sum.approximate += more.approximate;
  sum.saturated += more.saturated;
  sum.evicted += more.evicted;
  sum.forgotten += more.forgotten;
  sum.condition_errors += more.condition_errors;
}

void add(const std::string& topic, const WorkerSnapshot& snapshot,
         std::vector<Status::Partition>& all) {
  for (const auto& [lag, since] : snapshot.partitions_read) {
    all.push_back({topic, lag.partition.value, lag.next.value, lag.records(),
                   std::chrono::duration_cast<milliseconds>(snapshot.turned - since)});
  }
}

void add(const core::PipelineCounters& more, Status& sum) {
  sum.replayed += more.replayed;
  sum.ids_reused += more.ids_reused;
  add(more.features, sum.features);
  for (std::size_t i = 0; i < core::kOutcomes; ++i) sum.decisions[i] += more.decisions[i];
  for (std::size_t i = 0; i < core::kDecodeErrors; ++i) sum.rejects[i] += more.rejects[i];
}

// By id: while a swap is under way, a worker may still count by the rules before.
void add(const core::PipelineCounters& more, const core::Blueprint& of, Status& sum) {
  for (std::size_t i = 0; i < more.rules.size(); ++i) {
    const auto rule = std::ranges::find(sum.rules, of.rules[i].id, &Status::Rule::id);
    if (rule == sum.rules.end()) continue;
    rule->hits += more.rules[i].hits;
    rule->inconclusive += more.rules[i].inconclusive;
    rule->errors += more.rules[i].errors;
    rule->alarms += more.rules[i].breaker.rises;
    rule->alarmed += more.rules[i].breaker.up != 0;
    rule->demoted += more.rules[i].demoted;
  }
}

void add(const WorkerSnapshot& more, const std::vector<core::Step>& steps, Status& sum) {
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const auto& step = steps[i];
    const auto diverted = i < more.diversions.size() ? more.diversions[i] : core::Diversions{};
    if (!step.required) sum.dropped[step.id] += diverted.dropped;
    if (step.fallback) sum.handed_over[step.id] += diverted.handed_over;
    if (step.cooldown && i < more.counters.cooled_down.size()) {
      sum.cooled_down[step.id] += more.counters.cooled_down[i];
    }
  }
}

// What the steps of all chains want of a sink.
struct Demand {
  bool required = false;
  std::optional<std::chrono::nanoseconds> relieved_after;
};

Demand demand_for(const Config& config, const std::string& sink) {
  Demand demand;
  bool relieved = true;
  std::int64_t longest = 0;
  for (const auto& chain : config.chains) {
    for (const auto& step : chain.steps) {
      if (!step.required || step.sink != sink) continue;
      demand.required = true;
      relieved = relieved && step.fallback_after;
      longest = std::max(longest, step.fallback_after.value_or(0));
    }
  }
  if (demand.required && relieved) demand.relieved_after = std::chrono::nanoseconds(longest);
  return demand;
}

}  // namespace

Status Application::status() const {
  Status status;
  const std::lock_guard lock(mutex_);
  for (const auto& rule : blueprint_->rules) {
    auto& one = status.rules.emplace_back();
    one.id = rule.id;
    one.plugin = rule.plugin;
    one.live = rule.mode == core::RuleMode::live;
  }
  const auto& rules = in_force().rules();
  for (std::size_t i = 0; i < status.rules.size(); ++i) {
    if (rules[i].plugin) status.rules[i].processes = rules[i].plugin->processes();
  }
  for (const auto& plugin : plugins_) {
    for (auto& counter : plugin->host().counters()) {
      status.plugin_counters.push_back({plugin->host().plugin(), std::move(counter.name),
                                        std::move(counter.help), counter.value});
    }
  }
  status.reloads = reloads_;
  status.reloads.plugins_retired = assembly_->ground()->plugins.retired();
  status.running = !workers_.empty();
  status.waits_for = waits_for_;
  if (pace_) status.passed_over = pace_->passed_over();
  add_workers(status);
  if (decline_cap_) {
    const auto state = decline_cap_->state();
    status.decline_alarms = state.rises;
    status.decline_alarm = state.up != 0;
  }
  if (holders_) status.holders = holders_->size().holders;
  if (state_) status.snapshots = state_->report();
  if (dead_letters_) {
    status.dead_letters = dead_letters_->counters();
    status.dead_letter_trouble = dead_letters_->trouble();
  }
  add_sinks(status);
  for (const auto& outbox : outboxes_) status.outboxes.push_back(outbox->report());
  return status;
}

// Holders are delivered, not judged: their worker counts into its own line only.
void Application::add_workers(Status& status) const {
  const auto now = std::chrono::steady_clock::now();
  std::size_t number = 0;
  for (const auto& worker : workers_) {
    const auto snapshot = worker.worker->snapshot();
    const auto silent = std::chrono::duration_cast<milliseconds>(now - snapshot.turned);
    status.workers.push_back({worker.of_holders ? "holders" : "worker-" + std::to_string(number++),
                              snapshot.partitions, snapshot.paused, snapshot.trouble,
                              std::max(silent, milliseconds{0}), snapshot.in_plugin});
    const auto& topic = worker.of_holders ? assembly_->holders()->blueprint->topic
                                          : assembly_->decisions().blueprint->topic;
    add(topic, snapshot, status.partitions);
    status.rebalances += snapshot.rebalances;
    for (const auto& [partition, why] : snapshot.halted) {
      status.halted.push_back(topic + " partition " + std::to_string(partition) + ": " + why);
    }
    if (worker.of_holders) continue;
    // What was given up with a partition is received again by its next owner.
    status.received += snapshot.counters.received - snapshot.abandoned;
    status.given_up += snapshot.abandoned;
    status.delivered += snapshot.completed.delivered;
    status.dead_lettered += snapshot.completed.dead_lettered;
    status.duplicates += snapshot.completed.duplicate;
    status.in_flight += snapshot.in_flight;
    status.left_to_replay += snapshot.left_to_replay;
    status.records_expired += snapshot.records_expired;
    status.holders_unknown += snapshot.holders_unknown;
    status.partitions_assigned += snapshot.partitions;
    status.held += snapshot.held;
    status.decided += snapshot.decided;
    status.age += snapshot.age;
    add(snapshot.counters, status);
    if (snapshot.blueprint) add(snapshot.counters, *snapshot.blueprint, status);
    add(snapshot, assembly_->decisions().blueprint->steps, status);
  }
}

void Application::add_sinks(Status& status) const {
  for (const auto& route : sinks_) {
    for (std::size_t i = 0; i < route->threads().size(); ++i) {
      const auto& thread = *route->threads()[i];
      const auto& id = thread.sink().config().id;
      const auto demand = demand_for(assembly_->config(), id);
      auto report = thread.report();
      status.sinks.push_back({id, thread.sink().plugin().name(), i, demand.required,
                              report.patience.state, std::move(report.patience.reason),
                              report.patience.open, demand.relieved_after, report.records,
                              report.patience.retries, report.queued_bytes, report.took});
    }
  }
}

}  // namespace assay::host
