#include "host/observe/metrics.hpp"

#include <chrono>
#include <map>
#include <string>

#include "host/observe/exposition.hpp"
#include "host/observe/health.hpp"
#include "host/version.hpp"

namespace assay::host {
namespace {

void add_build(const std::string& config_hash, Exposition& to) {
  to.gauge("assay_build_info", "1, with the release and the configuration that runs.");
  to.sample(std::uint64_t{1}, {{"version", kVersion}, {"config_hash", config_hash}});
}

void add_readiness(const Status& status, Exposition& to) {
  to.gauge("assay_ready", "1 while /readyz answers 200.");
  to.sample(std::uint64_t{all_ok(readiness(status))});
}

double seconds(std::chrono::system_clock::time_point time) {
  return std::chrono::duration<double>(time.time_since_epoch()).count();
}

void add_reloads(const ReloadReport& reloads, Exposition& to) {
  to.counter("assay_config_reloads_total", "Configurations read while the engine ran, by result.");
  to.sample(reloads.done, {{"result", "in_force"}});
  to.sample(reloads.refused, {{"result", "refused"}});
  to.gauge("assay_config_last_reload_successful",
           "1 unless the configuration that was read last was refused.");
  to.sample(std::uint64_t{reloads.refusal.empty()});
  to.gauge("assay_config_last_reload_success_timestamp_seconds",
           "Since when the configuration that runs is in force, since 1970.");
  to.sample(seconds(reloads.in_force_since));
  to.gauge("assay_plugins_retired",
           "Libraries that are mapped and that no rule in force uses; see plugins.max_retired.");
  to.sample(std::uint64_t{reloads.plugins_retired});
}

void add_records(const Status& status, Exposition& to) {
  // With those given up, which the engine's own identity leaves out: a counter never goes down.
  to.counter("assay_records_received_total", "Records read, without those of a replay.");
  to.sample(status.received + status.given_up);
  to.counter("assay_records_completed_total",
             "Records that are finished: behind every required step, in the dead letters, seen "
             "before, or given up with their partition and read again by its next owner.");
  to.sample(status.delivered, {{"result", "delivered"}});
  to.sample(status.dead_lettered, {{"result", "dead_lettered"}});
  to.sample(status.duplicates, {{"result", "duplicate"}});
  to.sample(status.given_up, {{"result", "given_up"}});
  to.gauge("assay_records_in_flight", "Records received and not finished.");
  to.sample(status.in_flight);
  to.counter("assay_records_rejected_total", "Records that became no transaction, by reason.");
  // From 1: the first one is no error. The last one is none of the message's.
  for (std::size_t i = 1; i + 1 < status.rejects.size(); ++i) {
    to.sample(status.rejects[i],
              {{"reason", core::reason_code(static_cast<core::DecodeError>(i))}});
  }
  to.counter("assay_records_expired_total", "Records that left the log before they were read.");
  to.sample(status.records_expired);
  to.counter("assay_records_replayed_total", "Records read again to restore history.");
  to.sample(status.replayed);
  to.gauge("assay_replay_records_left", "Records to replay before anything new is judged.");
  to.sample(status.left_to_replay);
  to.counter("assay_transaction_ids_reused_total",
             "Transactions with the id of an earlier one and other contents.");
  to.sample(status.ids_reused);
}

void add_holders(const Status& status, Exposition& to) {
  to.gauge("assay_holders", "Account holders in memory.");
  to.sample(status.holders);
  to.counter("assay_holders_unknown_total", "Transactions whose account holder nobody knows.");
  to.sample(status.holders_unknown);
}

void add_decisions(const Status& status, Exposition& to) {
  to.counter("assay_decisions_total", "Decisions taken.");
  for (std::size_t i = 0; i < status.decisions.size(); ++i) {
    to.sample(status.decisions[i], {{"decision", core::to_string(static_cast<core::Outcome>(i))}});
  }
  to.histogram("assay_decision_duration_seconds",
               "From reading the first record of a batch to its decisions, by transaction.");
  to.sample(status.decided);
  to.histogram("assay_record_age_seconds",
               "From the stamp of a record to its decision, of the last one of each batch, by "
               "transaction.");
  to.sample(status.age);
  to.counter("assay_decline_alarms_total", "Times that the cap on declines alarmed.");
  to.sample(status.decline_alarms);
  to.gauge("assay_decline_alarm", "1 while there are more declines than the cap allows.");
  to.sample(std::uint64_t{status.decline_alarm});
}

// A family for each number of a rule, in the order of the rules.
template <class Value>
void add_of_rules(const Status& status, Exposition& to, Value value) {
  for (const auto& rule : status.rules) {
    to.sample(std::uint64_t{value(rule)},
              {{"rule", rule.id}, {"mode", rule.live ? "live" : "shadow"}});
  }
}

void add_rules(const Status& status, Exposition& to) {
  using Rule = Status::Rule;
  to.counter("assay_rule_hits_total", "Transactions that a rule hit.");
  add_of_rules(status, to, [](const Rule& rule) { return rule.hits; });
  to.counter("assay_rule_inconclusive_total", "Transactions that a rule could not judge.");
  add_of_rules(status, to, [](const Rule& rule) { return rule.inconclusive; });
  to.counter("assay_rule_errors_total", "Transactions on which a rule failed.");
  add_of_rules(status, to, [](const Rule& rule) { return rule.errors; });
  to.counter("assay_rule_breaker_alarms_total", "Times that the breaker of a rule alarmed.");
  add_of_rules(status, to, [](const Rule& rule) { return rule.alarms; });
  to.gauge("assay_rule_breaker_alarm", "Workers in which the breaker of a rule alarms.");
  add_of_rules(status, to, [](const Rule& rule) { return rule.alarmed; });
  to.gauge("assay_rule_demoted", "Workers in which a rule counts as a shadow rule for that.");
  add_of_rules(status, to, [](const Rule& rule) { return rule.demoted; });
}

// Of each process that a rule's code runs in.
template <class Value>
void add_of_processes(const Status& status, Exposition& to, Value value) {
  for (const auto& rule : status.rules) {
    for (const auto& process : rule.processes) {
      to.sample(std::uint64_t{value(process)},
                {{"rule", rule.id}, {"worker", std::to_string(process.worker)}});
    }
  }
}

void add_processes(const Status& status, Exposition& to) {
  to.gauge("assay_rule_process_up", "1 while a rule's own process judges.");
  add_of_processes(status, to, [](const ProcessReport& one) { return one.up; });
  to.counter("assay_rule_process_restarts_total", "Times that a rule's own process was restarted.");
  add_of_processes(status, to, [](const ProcessReport& one) { return one.restarts; });
  to.counter("assay_rule_process_deadline_misses_total",
             "Times that a rule's own process gave no answer in time and was ended.");
  add_of_processes(status, to, [](const ProcessReport& one) { return one.deadline_misses; });
}

template <class Value>
void add_of_sinks(const Status& status, Exposition& to, Value value) {
  for (const auto& sink : status.sinks) {
    to.sample(std::uint64_t{value(sink)},
              {{"sink", sink.id}, {"instance", std::to_string(sink.instance)}});
  }
}

void add_by_step(const std::map<std::string, std::uint64_t>& counts, Exposition& to) {
  for (const auto& [step, count] : counts) to.sample(count, {{"step", step}});
}

void add_sinks(const Status& status, Exposition& to) {
  using Sink = Status::Sink;
  to.counter("assay_sink_records_total", "Records that came through.");
  add_of_sinks(status, to, [](const Sink& sink) { return sink.records; });
  to.histogram("assay_sink_delivery_duration_seconds",
               "From a decision to the end of its delivery, waiting included, by record.");
  for (const auto& sink : status.sinks) {
    to.sample(sink.took, {{"sink", sink.id}, {"instance", std::to_string(sink.instance)}});
  }
  to.counter("assay_sink_retries_total", "Deliveries that were tried again.");
  add_of_sinks(status, to, [](const Sink& sink) { return sink.retries; });
  to.gauge("assay_sink_queue_bytes", "Bytes that wait for the sink.");
  add_of_sinks(status, to, [](const Sink& sink) { return sink.queued_bytes; });
  to.gauge("assay_sink_retrying", "1 while the sink waits for its peer to come back.");
  add_of_sinks(status, to, [](const Sink& sink) { return sink.state == SinkState::retrying; });
  to.gauge("assay_sink_halted", "1 while the sink waits for somebody to mend its peer.");
  add_of_sinks(status, to, [](const Sink& sink) { return sink.state == SinkState::halted; });
  to.gauge(
      "assay_sink_open_seconds",
      "Since the sink has been retrying or halted without a try that succeeded; 0 while it works.");
  for (const auto& sink : status.sinks) {
    to.sample(std::chrono::duration<double>(sink.open).count(),
              {{"sink", sink.id}, {"instance", std::to_string(sink.instance)}});
  }
  to.counter("assay_records_dropped_total",
             "Records that an optional step did not take because its queue was full.");
  add_by_step(status.dropped, to);
  to.counter("assay_alerts_cooled_down_total",
             "Decisions that a step did not tell because of its cooldown.");
  add_by_step(status.cooled_down, to);
  to.counter("assay_records_handed_over_total", "Records that a step handed over to its fallback.");
  add_by_step(status.handed_over, to);
}

template <class Value>
void add_of_outboxes(const Status& status, Exposition& to, Value value) {
  for (const auto& one : status.outboxes) {
    to.sample(value(one), {{"step", one.step}, {"sink", one.sink}});
  }
}

void add_outboxes(const Status& status, Exposition& to) {
  using Outbox = OutboxThread::Report;
  to.gauge("assay_outbox_waiting", "Records of a deferred step that wait for their delivery.");
  add_of_outboxes(status, to, [](const Outbox& one) { return one.waiting; });
  to.gauge("assay_outbox_waiting_bytes", "Bytes of those records.");
  add_of_outboxes(status, to, [](const Outbox& one) { return one.bytes; });
  to.gauge("assay_outbox_max_bytes",
           "Bytes that may wait: with as many, the step that stores for it waits (outbox.max).");
  add_of_outboxes(status, to, [](const Outbox& one) { return one.most_bytes; });
  to.gauge("assay_outbox_oldest_seconds", "How long the oldest of them has waited.");
  add_of_outboxes(status, to, [](const Outbox& one) {
    return std::chrono::duration<double>(one.oldest).count();
  });
  to.gauge("assay_outbox_dead", "Records that can never be delivered and wait for a person.");
  add_of_outboxes(status, to, [](const Outbox& one) { return one.dead; });
  to.counter("assay_outbox_sent_total", "Records delivered from the outbox by this process.");
  add_of_outboxes(status, to, [](const Outbox& one) { return one.tally.sent; });
  to.counter("assay_outbox_rejected_total", "Records that became dead in the outbox.");
  add_of_outboxes(status, to, [](const Outbox& one) { return one.tally.dead; });
  to.counter("assay_outbox_retries_total", "Records that were tried and are tried again.");
  add_of_outboxes(status, to, [](const Outbox& one) { return one.tally.retries; });
  to.counter(
      "assay_outbox_ambiguous_total",
      "Records of which a crash or a lost answer left unknown whether they were delivered, by what "
      "was done.");
  for (const auto& one : status.outboxes) {
    to.sample(one.tally.ambiguous, {{"step", one.step}, {"sink", one.sink}, {"then", "resent"}});
    to.sample(one.tally.held, {{"step", one.step}, {"sink", one.sink}, {"then", "held"}});
  }
  to.gauge("assay_outbox_retrying", "1 while a deferred step waits for its peers to come back.");
  add_of_outboxes(status, to, [](const Outbox& one) {
    return std::uint64_t{one.state == SinkState::retrying};
  });
  to.gauge("assay_outbox_halted", "1 while a deferred step waits for somebody to mend its peers.");
  add_of_outboxes(status, to,
                  [](const Outbox& one) { return std::uint64_t{one.state == SinkState::halted}; });
}

void add_dead_letters(const Status& status, Exposition& to) {
  const auto& letters = status.dead_letters;
  to.counter("assay_dead_letters_total", "Dead letters that are durable.");
  to.sample(letters.acknowledged);
  to.counter("assay_dead_letter_failures_total", "Attempts to write a dead letter that failed.");
  to.sample(letters.failed_attempts);
  to.gauge("assay_dead_letters_pending", "Dead letters that are not durable yet.");
  to.sample(letters.pending);
  to.gauge("assay_dead_letters_pending_bytes", "Bytes of these.");
  to.sample(letters.pending_bytes);
}

void add_source(const Status& status, Exposition& to) {
  to.gauge("assay_consumer_lag_records", "Records behind the end of the log.");
  for (const auto& one : status.partitions) {
    to.sample(static_cast<std::uint64_t>(one.lag),
              {{"topic", one.topic}, {"partition", std::to_string(one.number)}});
  }
  to.gauge("assay_consumer_offset", "The offset that is read next.");
  for (const auto& one : status.partitions) {
    to.sample(static_cast<std::uint64_t>(one.next),
              {{"topic", one.topic}, {"partition", std::to_string(one.number)}});
  }
  to.counter("assay_rebalances_total", "Assignments and revocations of partitions.");
  to.sample(status.rebalances);
  to.gauge("assay_partitions_assigned", "Partitions of transactions that are read.");
  to.sample(std::uint64_t{status.partitions_assigned});
  to.gauge("assay_partitions_halted", "Partitions that stand still until somebody decides.");
  to.sample(std::uint64_t{status.halted.size()});
  to.gauge("assay_partitions_held", "Partitions that wait for a slower one, in order of time.");
  to.sample(std::uint64_t{status.held});
  to.counter("assay_workers_passed_over_total",
             "Times that a worker that stood still was waited for no longer.");
  to.sample(status.passed_over);
}

void add_workers(const Status& status, Exposition& to) {
  to.gauge("assay_worker_paused", "1 while a worker reads nothing, for its memory is used up.");
  for (const auto& worker : status.workers) {
    to.sample(std::uint64_t{worker.paused}, {{"worker", worker.name}});
  }
  to.gauge("assay_worker_silent_seconds", "Since the loop of a worker last came round.");
  for (const auto& worker : status.workers) {
    to.sample(std::chrono::duration<double>(worker.silent).count(), {{"worker", worker.name}});
  }
}

void add_history(const Status& status, Exposition& to) {
  const auto& history = status.features;
  to.counter("assay_history_applied_total", "Transactions counted into a key's history.");
  to.sample(history.applied);
  to.counter("assay_history_late_total", "Of these, older than the newest of their key.");
  to.sample(history.late);
  to.counter("assay_history_redelivered_total", "Transactions seen again and not counted again.");
  to.sample(history.redelivered);
  to.counter("assay_history_reversed_total", "Contributions that a reversal took back.");
  to.sample(history.reversed);
  to.counter("assay_history_reversals_unknown_total", "Reversals of what is not remembered.");
  to.sample(history.reversal_unknown);
  to.counter("assay_history_approximate_total", "Answers of which a part is known by panes only.");
  to.sample(history.approximate);
  to.counter("assay_history_saturated_total", "Answers that are a limit.");
  to.sample(history.saturated);
  to.counter("assay_history_evicted_keys_total", "Keys dropped for want of memory.");
  to.sample(history.evicted);
  to.counter("assay_history_forgotten_keys_total", "Keys dropped as too old.");
  to.sample(history.forgotten);
  to.counter("assay_history_condition_errors_total", "Conditions that could not be evaluated.");
  to.sample(history.condition_errors);
  to.counter("assay_snapshots_written_total", "Snapshots that are on disk.");
  to.sample(status.snapshots.written);
  to.counter("assay_snapshots_failed_total", "Snapshots that could not be written.");
  to.sample(status.snapshots.failed);
  to.counter("assay_snapshots_given_up_total", "Snapshots that would have cost too much.");
  to.sample(status.snapshots.given_up);
  to.counter("assay_snapshot_bytes_total", "Bytes of snapshots written.");
  to.sample(status.snapshots.bytes);
}

// Two files may hold a plugin of one id, and plugins may share a counter's name: then they share
// its family.
void add_plugins(const Status& status, Exposition& to) {
  struct Family {
    std::string help;
    std::map<std::string, std::uint64_t> values;  // by plugin
  };
  std::map<std::string, Family> families;
  for (const auto& one : status.plugin_counters) {
    auto& family = families[one.name];
    family.help = one.help;
    family.values[one.plugin] += one.value;
  }
  for (const auto& [name, family] : families) {
    to.counter("assay_plugin_" + name + "_total", family.help);
    for (const auto& [plugin, value] : family.values) to.sample(value, {{"plugin", plugin}});
  }
}

void add_process(const ProcessUse& process, Exposition& to) {
  to.counter("process_cpu_seconds_total", "CPU time, user and system.");
  to.sample(process.cpu_seconds);
  to.gauge("process_resident_memory_bytes", "Resident memory.");
  to.sample(process.resident_bytes);
  to.gauge("process_open_fds", "Open file descriptors.");
  to.sample(process.open_files);
  to.gauge("process_max_fds", "File descriptors that may be open.");
  to.sample(process.most_files);
  to.gauge("process_threads", "Threads.");
  to.sample(process.threads);
  to.gauge("process_start_time_seconds", "When the process started, since 1970.");
  to.sample(process.started);
}

}  // namespace

std::string metrics_text(const Status& status, const ProcessUse& process,
                         const std::string& config_hash) {
  Exposition to;
  add_build(config_hash, to);
  add_readiness(status, to);
  add_reloads(status.reloads, to);
  add_records(status, to);
  add_decisions(status, to);
  add_holders(status, to);
  add_rules(status, to);
  add_processes(status, to);
  add_sinks(status, to);
  add_outboxes(status, to);
  add_dead_letters(status, to);
  add_source(status, to);
  add_workers(status, to);
  add_history(status, to);
  add_plugins(status, to);
  add_process(process, to);
  return to.text();
}

}  // namespace assay::host
