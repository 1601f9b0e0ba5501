// How the application makes its workers: everything one of them owns, put together.
#include <pthread.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "host/application/application.hpp"
#include "host/application/kafka_log.hpp"
#include "host/config/values.hpp"
#include "host/enrich/local_hour.hpp"
#include "host/enrich/time_zones.hpp"

namespace assay::host {
namespace {

// Shares of the memory budget, in percent: what librdkafka may fetch ahead, and what may be on its
// way to the sinks. The rest is for blocks, dead letters and the sinks' own buffers.
constexpr std::int64_t kPrefetchShare = 25;
constexpr std::int64_t kFlightShare = 50;

constexpr std::uint32_t kBatchArena = 1u << 20;  // bytes of text in a batch, beside one message

// Bytes of text that the engine itself may add to a row: the ids of rules that were inconclusive.
constexpr std::uint32_t kEngineTexts = 512;

// A value that librdkafka will refuse counts as the default until it does.
std::chrono::milliseconds session_timeout(const Config& config) {
  std::int64_t milliseconds = 45'000;
  if (const auto set = config.source.kafka.find("session.timeout.ms");
      set != config.source.kafka.end()) {
    milliseconds = parse_integer(set->second).value_or(milliseconds);
  }
  return std::chrono::milliseconds(milliseconds);
}

std::string host_name() {
  char name[256] = {};
  return gethostname(name, sizeof name - 1) == 0 ? name : "localhost";
}

}  // namespace

bool Application::start_workers(const Topology& topology, const std::atomic<bool>& hurry,
                                Diagnostics& diagnostics) {
  std::vector<WorkerThread> made;
  const auto count = worker_count(topology.partitions);
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

std::optional<Application::WorkerThread> Application::make_worker(Assembly::Stream& stream,
                                                                  std::uint32_t number,
                                                                  std::uint32_t workers,
                                                                  const Topology& topology,
                                                                  Diagnostics& diagnostics) {
  const auto& config = assembly_->config();
  const auto& blueprint = *stream.blueprint;
  WorkerThread made;
  std::function<std::uint64_t()> holders_unknown;
  if (const auto& key = assembly_->card_key()) {
    made.tokenizer = std::make_unique<core::CardTokenizer>(*key);
  }

  auto block = std::make_unique<core::RowBlock>(
      blueprint.layout,
      core::RowBlock::Capacity{
          512, kBatchArena + static_cast<std::uint32_t>(config.source.max_message), 1u << 16});
  auto rules = blueprint.kind == ASSAY_DECISION
                   ? make_rules(*block, number, workers, diagnostics)
                   : std::optional<core::RuleSet>(core::RuleSet({}, {}));
  if (!rules) return std::nullopt;
  if (blueprint.kind == ASSAY_DECISION) {
    if (holders_ && holders_->wanted()) {
      auto join = std::make_unique<HolderJoin>(*holders_);
      holders_unknown = [join = join.get()] { return join->counts().unknown; };
      made.enrichers.push_back(std::move(join));
    }
    const auto* time = stream.schema.find(core::FieldRole::time);
    const auto zone = find_zone(config.time.zone);
    if (time && zone) {
      made.enrichers.push_back(std::make_unique<LocalHour>(*block, time->name, *zone));
    }
  }

  auto options = ConsumerOptions{};
  options.bootstrap = config.source.bootstrap;
  options.topic = blueprint.topic;
  options.group = blueprint.group;
  options.membership = config.source.static_membership ? Membership::fixed : Membership::dynamic;
  options.member = config.source.member.empty() ? host_name() : config.source.member;
  options.worker = number;
  options.properties = config.source.kafka;
  options.prefetch = config.memory * kPrefetchShare / 100 / workers;
  options.log = kafka_log();
  auto consumer = Consumer::open(std::move(options));
  if (!consumer) {
    Diagnostic diagnostic;
    diagnostic.code = Code::refused_property;
    diagnostic.message = "the Kafka consumer cannot be made: " + consumer.error().words;
    diagnostic.path = "source.kafka";
    diagnostics.add(std::move(diagnostic));
    return std::nullopt;
  }

  core::Pipeline::Parts pipeline{
      std::move(block),
      core::Decoder(stream.schema, blueprint.layout, decode_options(made.tokenizer.get())),
      std::move(*rules),
      {}};
  for (const auto& enricher : made.enrichers) pipeline.enrichers.push_back(enricher.get());

  Worker::Parts parts{.blueprint = &blueprint,
                      .pipeline = std::move(pipeline),
                      .consumer = std::move(*consumer),
                      .sinks = {},
                      .dead_letters = dead_letters_.get(),
                      .payload_key = payload_key_ ? &*payload_key_ : nullptr,
                      .holders_unknown = std::move(holders_unknown),
                      .number = number,
                      .stream = {blueprint.group, blueprint.topic, topology.cluster, {}},
                      .options = {}};
  for (const auto& sink : sinks_) parts.sinks.push_back(sink.get());
  for (const auto& step : blueprint.steps) parts.stream.steps.push_back(step.id);
  parts.options.memory = static_cast<std::size_t>(config.memory * kFlightShare / 100) / workers;
  parts.options.grace = options_.grace;
  parts.options.session = session_timeout(config);
  parts.options.on_gap = config.source.on_gap;
  made.worker = std::make_unique<Worker>(std::move(parts));
  return made;
}

std::optional<core::RuleSet> Application::make_rules(core::RowBlock& block, std::uint32_t number,
                                                     std::uint32_t workers,
                                                     Diagnostics& diagnostics) {
  std::vector<core::RuleSet::Member> members;
  for (std::size_t i = 0; i < assembly_->rules().size(); ++i) {
    auto instance = number == 0
                        ? std::optional(assembly_->first_instances()[i])
                        : assembly_->rules()[i]->make_instance(
                              number, workers, *assembly_->decisions().catalogue, diagnostics);
    if (!instance) return std::nullopt;
    auto* header = block.add_header(instance->columns.data(),
                                    static_cast<std::uint32_t>(instance->columns.size()));
    if (!header) {
      Diagnostic diagnostic;
      diagnostic.code = Code::bad_value;
      diagnostic.message = "the rules bind more columns than a batch can show";
      diagnostics.add(std::move(diagnostic));
      return std::nullopt;
    }
    members.push_back({instance->api, instance->rule, header});
  }
  return core::RuleSet(std::move(members), assembly_->decisions().blueprint->rules);
}

}  // namespace assay::host
