// How the application makes its workers: everything one of them owns, put together.
#include <pthread.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "core/decode/time_glance.hpp"
#include "host/application/application.hpp"
#include "host/application/kafka_log.hpp"
#include "host/application/kafka_settings.hpp"
#include "host/application/memory_shares.hpp"
#include "host/application/pipeline_parts.hpp"
#include "host/application/state_plan.hpp"
#include "host/config/values.hpp"
#include "host/kafka/consumer.hpp"
#include "host/plugins/fatal_signals.hpp"
#include "host/runtime/stripe_locks.hpp"

namespace assay::host {
namespace {

// More than that is fetched ahead for no gain: memory that comes back soon is still in the cache.
constexpr std::int64_t kPrefetchEnough = 64 << 20;  // bytes

// A value that librdkafka will refuse counts as the default until it does.
std::chrono::milliseconds session_timeout(const Config& config) {
  std::int64_t milliseconds = 45'000;
  if (const auto set = config.source.kafka.find("session.timeout.ms");
      set != config.source.kafka.end()) {
    milliseconds = parse_integer(set->second).value_or(milliseconds);
  }
  return std::chrono::milliseconds(milliseconds);
}

bool shares_history(const core::Blueprint& blueprint) {
  return blueprint.features &&
         std::ranges::any_of(blueprint.features->stores(), &core::StorePlan::shared);
}

// One worker meets nobody, and locks are a twentieth of what its features do.
std::unique_ptr<core::StripeLock> make_locks(std::uint32_t workers) {
  if (workers == 1) return std::make_unique<core::NoStripeLock>();
  return std::make_unique<StripeLocks>();
}

std::string host_name() {
  char name[256] = {};
  return gethostname(name, sizeof name - 1) == 0 ? name : "localhost";
}

}  // namespace

bool Application::start_workers(const Topology& topology, const std::atomic<bool>& hurry,
                                Diagnostics& diagnostics) {
  std::vector<WorkerThread> made;
  partitions_ = topology.partitions;
  const auto count = worker_count(topology.partitions);
  if (const auto room = workers_with_room(assembly_->config());
      assembly_->config().workers == 0 && count == room &&
      std::cmp_less(count, topology.partitions)) {
    spdlog::info("no more than {} workers have room for `source.max_message` in `memory`", count);
  }
  if (const auto& features = assembly_->decisions().blueprint->features) {
    history_locks_ = make_locks(count);
    history_ = std::make_unique<core::SharedHistory>(*features, *history_locks_);
    history_->limit_bytes(features->shares(static_cast<std::uint32_t>(topology.partitions)).shared);
  }
  keep_state(topology);
  // What a partition has for itself does not depend on how far another one is.
  const auto alignment = assembly_->config().time.alignment;
  if (alignment && topology.partitions > 1 && shares_history(*assembly_->decisions().blueprint)) {
    const std::lock_guard lock(mutex_);
    pace_ = std::make_shared<Pace>(count, *alignment);
  }
  for (std::uint32_t i = 0; i < count; ++i) {
    auto worker = make_worker(assembly_->decisions(), i, count, topology, diagnostics);
    if (!worker) return false;
    made.push_back(std::move(*worker));
  }
  if (topology.holder_partitions > 0) {
    auto worker = make_worker(*assembly_->holders(), 0, 1, topology, diagnostics);
    if (!worker) return false;
    worker->of_holders = true;
    made.push_back(std::move(*worker));
  }
  spdlog::info("{} workers for {} partitions of {}", count, topology.partitions,
               assembly_->decisions().blueprint->topic);

  const std::lock_guard lock(mutex_);
  workers_ = std::move(made);
  for (std::size_t i = 0; i < workers_.size(); ++i) {
    auto& one = workers_[i];
    one.thread =
        std::jthread([this, &hurry, worker = one.worker.get()](const std::stop_token& stop) {
          const SignalStack stack;
          const auto end = worker->run(stop, hurry);
          if (end == Worker::End::stopped) return;
          worker_end_ = end;
          ended_early_ = true;
        });
    const auto name = one.of_holders ? std::string("holders") : "worker-" + std::to_string(i);
    pthread_setname_np(one.thread.native_handle(), name.c_str());
  }
  return true;
}

Application::MakePartitionRules Application::partition_rules(const Assembly& assembly,
                                                             const PipelineRequest& request) {
  return [&assembly, request](core::PartitionId partition) {
    return make_partition_rules(
        assembly, request, partition, [&](const std::string& rule, const std::string& why) {
          spdlog::error("rule {} cannot be made for partition {}: {}", rule, partition.value, why);
        });
  };
}

void Application::keep_state(const Topology& topology) {
  const auto& config = assembly_->config();
  const auto& blueprint = *assembly_->decisions().blueprint;
  const bool remembers =
      blueprint.features || blueprint.dedupe_horizon > 0 || assembly_->stateful_rules() > 0;
  if (config.state.dir.empty() || !remembers) return;
  SnapshotFolder folder(config.state.dir,
                        {.group = blueprint.group,
                         .topic = blueprint.topic,
                         .cluster = topology.cluster,
                         .plan = state_plan(*assembly_),
                         .engine = {}},
                        [](const std::string& words) { spdlog::warn("{}", words); });
  spdlog::info("snapshots of what is remembered: {}", folder.path().string());
  auto state = std::make_unique<StateKeeper>(std::move(folder),
                                             std::chrono::duration_cast<std::chrono::milliseconds>(
                                                 std::chrono::nanoseconds(config.state.interval)),
                                             shares_history(blueprint) ? history_.get() : nullptr);
  state->restore_shared();
  const std::lock_guard lock(mutex_);
  state_ = std::move(state);
}

std::optional<Application::WorkerThread> Application::make_worker(Assembly::Stream& stream,
                                                                  std::uint32_t number,
                                                                  std::uint32_t workers,
                                                                  const Topology& topology,
                                                                  Diagnostics& diagnostics) {
  const auto& config = assembly_->config();
  const auto& blueprint = *stream.blueprint;
  const PipelineRequest request{number, workers, holders_.get(), history_.get()};
  auto made = make_pipeline_parts(*assembly_, stream, request, diagnostics);
  if (!made) return std::nullopt;
  if (decline_cap_) made->parts->declines = &*decline_cap_;

  auto options = ConsumerOptions{};
  options.bootstrap = config.source.bootstrap;
  options.topic = blueprint.topic;
  options.group = blueprint.group;
  options.membership = config.source.static_membership ? Membership::fixed : Membership::dynamic;
  options.member = config.source.member.empty() ? host_name() : config.source.member;
  options.worker = number;
  options.properties = config.source.kafka;
  options.secrets = source_secrets_;
  // The worker of the holders has a part as well.
  const auto sharers =
      worker_count(topology.partitions) + (topology.holder_partitions > 0 ? 1u : 0u);
  options.prefetch = std::min(prefetch_share(config), kPrefetchEnough) / sharers;
  options.log = kafka_log();
  if (pace_ && blueprint.kind == ASSAY_DECISION) {
    // Each partition has a queue of its own.
    options.prefetch = prefetch_share(config) / topology.partitions;
    options.pace = pace_;
    options.event_time = core::TimeGlance(stream.schema, config.time.ahead);
  }
  auto consumer = Consumer::open(options);
  if (!consumer) {
    refuse_client(consumer.error(), diagnostics);
    return std::nullopt;
  }

  std::function<std::uint64_t()> holders_unknown;
  if (made->join) holders_unknown = [join = made->join] { return join->counts().unknown; };
  Worker::Parts parts{.blueprint = &blueprint,
                      .pipeline = std::move(*made->parts),
                      .consumer = std::move(*consumer),
                      .reopen =
                          [options] {
                            auto again = Consumer::open(options);
                            return again ? std::move(*again) : nullptr;
                          },
                      .sinks = {},
                      .dead_letters = dead_letters_.get(),
                      .payload_key = payload_key_ ? &*payload_key_ : nullptr,
                      .holders_unknown = std::move(holders_unknown),
                      .partition_rules = {},
                      .state = blueprint.kind == ASSAY_DECISION ? state_.get() : nullptr,
                      .number = number,
                      .history_bytes = 0,
                      .stream = {blueprint.group, blueprint.topic, topology.cluster, {}},
                      .options = {}};
  if (blueprint.features) {
    const auto partitions = static_cast<std::uint32_t>(topology.partitions);
    parts.history_bytes = blueprint.features->shares(partitions).partition;
  }
  if (blueprint.kind == ASSAY_DECISION && assembly_->stateful_rules() > 0) {
    parts.partition_rules = partition_rules(*assembly_, request);
  }
  if (blueprint.kind == ASSAY_DECISION && history_) parts.swaps = &swap_gate_;
  for (const auto& sink : sinks_) parts.sinks.push_back(sink.get());
  for (const auto& step : blueprint.steps) parts.stream.steps.push_back(step.id);
  parts.options.memory = static_cast<std::size_t>(flight_share(config)) / sharers;
  parts.options.sharers = sharers;
  parts.options.grace = options_.grace;
  parts.options.session = session_timeout(config);
  parts.options.on_gap = config.source.on_gap;
  parts.options.skew = config.time.skew;
  return WorkerThread{.pipeline = std::move(*made),
                      .worker = std::make_unique<Worker>(std::move(parts)),
                      .thread = {},
                      .of_holders = false};
}

}  // namespace assay::host
