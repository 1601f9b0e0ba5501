#include "host/application/application.hpp"

#include <pthread.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <utility>

#include "host/application/alarms.hpp"
#include "host/application/kafka_log.hpp"
#include "host/application/kafka_settings.hpp"
#include "host/application/memory_shares.hpp"
#include "host/application/stuck_calls.hpp"
#include "host/enrich/holder_file.hpp"
#include "host/kafka/consumer.hpp"
#include "host/kafka/file_dead_letters.hpp"
#include "host/kafka/kafka_dead_letters.hpp"
#include "host/runtime/sink_call.hpp"
#include "host/version.hpp"

namespace assay::host {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kAskBroker{5'000};
constexpr milliseconds kAskAgain{2'000};
constexpr milliseconds kLook{100};
constexpr milliseconds kSwapping{2};  // a swap lasts for as long as the longest batch
constexpr milliseconds kLookAtCalls{1'000};

// Waits; false when the stop came first.
bool pause(const std::stop_token& stop, milliseconds time) {
  std::mutex mutex;
  std::unique_lock lock(mutex);
  std::condition_variable_any().wait_for(lock, stop, time, [] { return false; });
  return !stop.stop_requested();
}

core::AlarmLimits guard_of(const Config& config) {
  const auto& limits = config.dead_letters.guard;
  return {limits.share, static_cast<std::uint64_t>(limits.count), limits.window};
}

ConsumerOptions consumer_options(const Config& config, std::shared_ptr<KafkaSecrets> secrets) {
  ConsumerOptions options;
  options.bootstrap = config.source.bootstrap;
  options.topic = config.source.topic;
  options.group = config.source.group;
  options.properties = config.source.kafka;
  options.secrets = std::move(secrets);
  options.log = kafka_log();
  return options;
}

}  // namespace

Application::Application(Assembly& assembly, Options options)
    : assembly_(&assembly),
      options_(std::move(options)),
      source_secrets_(source_secrets(assembly.config())),
      blueprint_(assembly.decisions().blueprint),
      plugins_(assembly.plugins()) {
  assembly.ground()->plugins.use(plugins_);
  reloads_.in_force_since = std::chrono::system_clock::now();
  if (const auto& key = assembly.card_key()) {
    payload_key_ = payload_key(core::CardTokenizer(*key));
  }
  if (const auto limits = cap_of(assembly.config().decision)) decline_cap_.emplace(*limits);
}

Application::~Application() {
  stop_workers();
  outboxes_.clear();
  // Dead letters answer into the workers' mailboxes, sinks wait for dead letters: this order.
  sinks_.clear();
  dead_letters_.reset();
  workers_.clear();
}

void Application::check_sinks(Diagnostics& diagnostics, milliseconds timeout) {
  for (const auto& instances : assembly_->sinks()) {
    const auto& sink = *instances.front();
    const auto trouble = SinkCall(sink).health(std::chrono::nanoseconds(timeout).count());
    if (trouble.kind == Trouble::Kind::none) continue;
    Diagnostic diagnostic;
    const bool refused = trouble.kind == Trouble::Kind::configuration;
    diagnostic.severity = refused ? Severity::error : Severity::warning;
    diagnostic.code = refused ? Code::peer_refused : Code::peer_unreachable;
    diagnostic.message = "sink `" + sink.config().id + "`: " + trouble.text;
    diagnostic.span = sink.config().span;
    if (!trouble.code.empty()) diagnostic.note = "the peer's code is " + trouble.code;
    if (!refused) {
      diagnostic.help =
          "see that it runs and that this machine may reach it; until then the engine "
          "waits for it and loses nothing";
    }
    diagnostics.add(std::move(diagnostic));
  }
}

Application::End Application::run(const std::stop_token& stop, const std::atomic<bool>& hurry,
                                  Diagnostics& diagnostics) {
  if (!open_dead_letters(diagnostics)) return End::refused;
  say_waiting_for("brokers");
  const auto topology = ask_topology(stop, diagnostics);
  if (!topology) return diagnostics.has_errors() ? End::refused : End::stopped;
  start_sinks();
  start_outboxes();
  say_waiting_for("holders");
  if (!start_holders(stop, diagnostics)) {
    return diagnostics.has_errors() ? End::refused : End::stopped;
  }
  if (!start_workers(*topology, hurry, diagnostics)) return End::refused;
  say_waiting_for({});
  return wait_for_workers(stop, hurry);
}

// A topic that is not there yet is waited for, like a broker.
std::optional<Application::Topology> Application::ask_topology(const std::stop_token& stop,
                                                               Diagnostics& diagnostics) {
  auto options = consumer_options(assembly_->config(), source_secrets_);
  options.membership = Membership::none;
  auto consumer = Consumer::open(std::move(options));
  if (!consumer) {
    refuse_client(consumer.error(), diagnostics);
    return std::nullopt;
  }
  std::string told;
  const auto partitions_of = [&](const std::string& topic) -> std::int32_t {
    const auto count = (*consumer)->partition_count(topic, kAskBroker);
    if (count && *count > 0) return *count;
    // Where a password is refused, that is heard here alone.
    static_cast<void>((*consumer)->poll(milliseconds{1}));
    const auto why = count ? "the topic does not exist" : count.error().words;
    if (std::exchange(told, why) != why) {
      say_waiting_for("topic " + topic + ": " + why);
      spdlog::warn("waiting for topic {} at {}: {}", topic, assembly_->config().source.bootstrap,
                   why);
    }
    return 0;
  };
  Topology topology;
  while (!stop.stop_requested()) {
    topology.partitions = partitions_of(assembly_->decisions().blueprint->topic);
    auto* holders = assembly_->holders();
    const bool deliver_holders = holders && !holders->blueprint->steps.empty();
    if (deliver_holders && topology.partitions > 0) {
      topology.holder_partitions = partitions_of(holders->blueprint->topic);
    }
    if (topology.partitions > 0 && (!deliver_holders || topology.holder_partitions > 0)) {
      topology.cluster = (*consumer)->cluster_id(kAskBroker).value_or("");
      return topology;
    }
    if (!pause(stop, kAskAgain)) break;
  }
  return std::nullopt;
}

std::uint32_t Application::worker_count(std::int32_t partitions) const {
  const auto configured = assembly_->config().workers;
  const auto cores = static_cast<std::int64_t>(std::thread::hardware_concurrency());
  const auto room = workers_with_room(assembly_->config());
  const auto wanted =
      configured > 0 ? configured : std::min(std::max<std::int64_t>(cores - 1, 1), room);
  return static_cast<std::uint32_t>(std::min<std::int64_t>(wanted, partitions));
}

bool Application::open_dead_letters(Diagnostics& diagnostics) {
  const auto& config = assembly_->config();
  const DeadLetterOrigin origin{config.source.group, std::string(kVersion), config.hash};
  const auto refuse = [&](const std::string& words) {
    Diagnostic diagnostic;
    diagnostic.code = Code::no_dead_letters;
    diagnostic.message = "dead letters have no place to go: " + words;
    diagnostic.path = "dead_letters";
    diagnostics.add(std::move(diagnostic));
    return false;
  };
  if (config.dead_letters.mode == DeadLettersConfig::Mode::file) {
    auto opened = FileDeadLetters::open(config.dead_letters.file, origin, kafka_log());
    if (!opened) return refuse(opened.error());
    const std::lock_guard lock(mutex_);
    dead_letters_ = std::move(*opened);
    return true;
  }
  const auto secrets = dead_letter_secrets(config);
  auto opened = KafkaDeadLetters::open({config.source.bootstrap, config.dead_letters.topic,
                                        secrets->known(), secrets, origin, kafka_log()});
  if (!opened) return refuse(opened.error().words);
  const std::lock_guard lock(mutex_);
  dead_letters_ = std::move(*opened);
  return true;
}

void Application::start_sinks() {
  const auto& config = assembly_->config();
  const auto queue = static_cast<std::size_t>(optional_share(config));
  const auto guard = guard_of(config);
  const std::lock_guard lock(mutex_);
  for (const auto& one : assembly_->outboxes()) {
    outbox_levels_.try_emplace(one.step, static_cast<std::uint64_t>(config.outbox.max));
  }
  for (std::size_t number = 0; number < assembly_->sinks().size(); ++number) {
    OutboxWriter::Steps deferred;
    for (const auto& one : assembly_->outboxes()) {
      if (one.stored_by != number) continue;
      deferred[one.step] = {one.sink.get(), &outbox_levels_.at(one.step)};
    }
    const OutboxWriter outbox(std::move(deferred), outbox_bell_);
    const auto& instances = assembly_->sinks()[number];
    std::vector<std::unique_ptr<SinkThread>> threads;
    threads.reserve(instances.size());
    for (const auto& sink : instances) {
      threads.push_back(std::make_unique<SinkThread>(*sink, *dead_letters_, queue, guard, outbox));
    }
    sinks_.push_back(std::make_unique<SinkRoute>(std::move(threads)));
  }
}

void Application::start_outboxes() {
  const auto& config = assembly_->config();
  const std::lock_guard lock(mutex_);
  for (const auto& one : assembly_->outboxes()) {
    const OutboxThread::Options options{
        {config.source.group, one.step, static_cast<std::uint32_t>(config.outbox.batch),
         config.outbox.ambiguous == OutboxConfig::Ambiguous::hold, guard_of(config)},
        std::chrono::nanoseconds(config.outbox.keep)};
    outboxes_.push_back(std::make_unique<OutboxThread>(options, *one.outbox, *one.sink,
                                                       outbox_bell_, outbox_levels_.at(one.step)));
  }
}

bool Application::start_holders(const std::stop_token& stop, Diagnostics& diagnostics) {
  if (!assembly_->holders()) return true;
  const auto& config = *assembly_->config().holders;
  auto holders = make_holders(*assembly_, diagnostics);
  if (!holders) return false;
  {
    const std::lock_guard lock(mutex_);
    holders_ = std::move(holders);
  }
  if (const auto& key = assembly_->card_key()) {
    holder_tokenizer_ = std::make_unique<core::CardTokenizer>(*key);
  }
  if (!config.file.empty()) {
    const auto read = load_holder_file(
        config.file, decode_options(*assembly_, holder_tokenizer_.get()), *holders_, diagnostics);
    spdlog::info("{} holders read from {}", read, config.file);
    return !diagnostics.has_errors();
  }
  if (!holders_->wanted()) return true;
  HolderFeed::Options options;
  options.bootstrap = assembly_->config().source.bootstrap;
  options.topic = config.topic;
  options.properties = assembly_->config().source.kafka;
  options.secrets = source_secrets_;
  options.decode = decode_options(*assembly_, holder_tokenizer_.get());
  options.prefetch = std::min(options.prefetch, holders_prefetch_share(assembly_->config()));
  options.log = kafka_log();
  auto feed = HolderFeed::start(std::move(options), *holders_);
  if (!feed) {
    refuse_client(feed.error(), diagnostics);
    return false;
  }
  holder_feed_ = std::move(*feed);
  while (!holder_feed_->wait_until_caught_up(stop, std::chrono::seconds(10))) {
    if (stop.stop_requested()) return false;
    const auto progress = holder_feed_->progress();
    const auto words = fmt::format("reading holders: {} of {} {}", progress.passed,
                                   progress.to_read, progress.trouble);
    spdlog::info("{}", words);
    say_waiting_for(words);
  }
  spdlog::info("{} holders in memory", holders_->size().holders);
  return true;
}

Application::End Application::wait_for_workers(const std::stop_token& stop,
                                               const std::atomic<bool>& hurry) {
  // A worker that ends by itself (the group's fence) takes the others with it.
  StuckCalls stuck;
  ReloadBell nobody;
  auto& bell = options_.bell ? *options_.bell : nobody;
  auto look = Clock::real().now();
  for (bool wanted = false; !ended_early_ && !stop.stop_requested();) {
    wanted = bell.wait(stop, swap_ ? kSwapping : kLook) || wanted;
    if (swap_ && swapped()) finish_swap();
    if (!swap_ && wanted && !stop.stop_requested()) {
      wanted = false;
      begin_swap();
    }
    if (Clock::real().now() < look) continue;
    look = Clock::real().now() + kLookAtCalls;
    for (const auto& worker : status().workers) {
      if (const auto words = stuck.look(worker)) spdlog::warn("{}", *words);
    }
  }
  stop_workers();
  if (state_ && worker_end_ == Worker::End::stopped && !hurry) state_->finish();
  switch (worker_end_.load()) {
    case Worker::End::stopped:
      return End::stopped;
    case Worker::End::fenced:
      return End::fenced;
    case Worker::End::failed:
      return End::failed;
  }
  return End::failed;
}

void Application::say_waiting_for(std::string what) {
  const std::lock_guard lock(mutex_);
  waits_for_ = std::move(what);
}

void Application::stop_workers() {
  for (auto& worker : workers_) worker.thread.request_stop();
  for (auto& worker : workers_) {
    if (worker.thread.joinable()) worker.thread.join();
  }
}

}  // namespace assay::host
