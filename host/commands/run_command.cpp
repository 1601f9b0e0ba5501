#include "host/commands/run_command.hpp"

#include <spdlog/spdlog.h>

#include <CLI/CLI.hpp>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "host/application/application.hpp"
#include "host/commands/config_files.hpp"
#include "host/commands/exit_code.hpp"
#include "host/commands/final_words.hpp"
#include "host/commands/logging.hpp"
#include "host/commands/stop_signals.hpp"
#include "host/observe/endpoint.hpp"
#include "host/observe/supervisor.hpp"
#include "host/plugins/plugin_door.hpp"
#include "host/reload/reload.hpp"
#include "host/runtime/heap.hpp"
#include "host/version.hpp"

namespace assay::host {
namespace {

constexpr const char* kExample = R"(Examples:
  assay run -c assay.yaml
  assay run -c base.yaml -c site.yaml

SIGTERM or SIGINT stops: what is under way is delivered and committed first; a second one skips
that. SIGHUP reads the configuration again and puts its rules in force without a stop; one that is
refused changes nothing. Ends with 0 when stopped, 78 when the configuration is refused, 75 when
another member has taken this one's place in the group.)";

constexpr std::chrono::seconds kSinkPatience{5};

const char* mode_of(const core::RuleInfo& rule) {
  return rule.mode == core::RuleMode::live ? "live" : "shadow";
}

std::string steps_of(const ChainConfig& chain) {
  std::string text;
  for (const auto& step : chain.steps) {
    text += (text.empty() ? "" : ", ") + step.id + " -> " + step.sink;
    if (!step.when.is_null()) text += " when " + step.when.text;
    if (!step.deferred.empty()) text += " deferred to " + step.deferred;
    if (!step.fallback.empty()) text += " falls back to " + step.fallback;
    if (step.required) text += " (required)";
  }
  return text;
}

// A store that all partitions share costs a lock for each transaction that touches it.
void say_what_is_kept(const core::FeaturePlan& plan) {
  for (const auto& store : plan.stores()) {
    std::string keys;
    for (const auto& key : store.key_names) keys += (keys.empty() ? "" : ", ") + key;
    spdlog::info("history by {}: {} features, kept {}", keys, store.features.size(),
                 store.shared ? "once for all partitions, behind locks" : "by partition");
  }
}

void say_what_runs(Assembly& assembly) {
  const auto& config = assembly.config();
  spdlog::info("assay {}, configuration {}", kVersion, config.hash.substr(0, 12));
  spdlog::info("reads topic {} at {} as group {}", config.source.topic, config.source.bootstrap,
               config.source.group);
  for (const auto& rule : assembly.decisions().blueprint->rules) {
    spdlog::info("rule {} version {} ({}), {}", rule.id, rule.version, rule.plugin, mode_of(rule));
  }
  if (const auto& features = assembly.decisions().blueprint->features) say_what_is_kept(*features);
  for (const auto& instances : assembly.sinks()) {
    const auto& sink = *instances.front();
    spdlog::info("sink {} ({})", sink.config().id, sink.plugin().name());
  }
  for (const auto& chain : config.chains) spdlog::info("chain {}: {}", chain.id, steps_of(chain));
}

void say_what_was_done(const Status& status) {
  for (const auto& line : final_words(status)) spdlog::info("{}", line);
}

// Null where none is wanted, or with an error in the diagnostics.
std::unique_ptr<Endpoint> open_endpoint(const Application& application, const Config& config,
                                        Diagnostics& diagnostics) {
  const auto& listen = config.observe.listen;
  if (!listen.on) return nullptr;
  auto endpoint =
      Endpoint::open(listen, {.status = [&] { return application.status(); },
                              .configuration = [&] { return application.configuration(); },
                              .token = config.observe.token});
  if (endpoint) {
    spdlog::info("health and metrics at http://{}", (*endpoint)->address());
    return std::move(*endpoint);
  }
  Diagnostic diagnostic;
  diagnostic.code = Code::refused_address;
  diagnostic.message = "nothing can listen at " + listen.host + ":" + std::to_string(listen.port) +
                       ": " + endpoint.error();
  diagnostic.path = "observe.listen";
  diagnostic.span = config.observe.span;
  diagnostic.help = "give `observe.listen` an address that is free, or `off`";
  diagnostics.add(std::move(diagnostic));
  return nullptr;
}

int refused(const Diagnostics& diagnostics) {
  show(diagnostics, DiagnosticFormat::human, stderr);
  return ExitCode::configuration;
}

// As good as SIGKILL: of what was under way the positions are not committed, and it is read again.
// `control` is where the control thread stands.
[[noreturn]] void end_without_an_end(const std::atomic<const char*>& control) {
  const auto* const whom = control.load(std::memory_order_relaxed);
  spdlog::error("no end within {} s{}{}; left at once, and what was not finished is read again",
                StopSignals::kLastPatience.count(), whom ? ", for it is in " : "",
                whom ? whom : "");
  spdlog::shutdown();
  std::_Exit(ExitCode::failed);
}

// Begins and ends while there is a log, for a signal may have something to say at any time.
int run_engine(Config& config, const std::vector<std::string>& files, Diagnostics& diagnostics) {
  bound_heap(config.memory);
  ReloadBell bell;
  const auto stops = [&control = in_plugin](int count) {
    if (count == 3) end_without_an_end(control);
    spdlog::info(count == 1 ? "stopping: finishing what is under way; once more skips that"
                            : "stopping at once");
  };
  const auto reloads = [&bell] {
    spdlog::info("reading the configuration again");
    bell.ring();
  };
  StopSignals signals(stops, reloads);
  const auto assembly = Assembly::build(config, Assembly::CardKey::required, diagnostics);
  if (!assembly) return refused(diagnostics);
  show(diagnostics, DiagnosticFormat::human, stderr);  // warnings
  say_what_runs(*assembly);

  const auto read = [&files](Diagnostics& faults) { return load_config(files, faults); };
  Application application(*assembly, {.prepare = reload_by(read), .bell = &bell});
  Diagnostics of_sinks;
  application.check_sinks(of_sinks, kSinkPatience);
  if (of_sinks.has_errors()) return refused(of_sinks);
  for (const auto& one : of_sinks.all()) spdlog::warn("{}", one.message);

  const auto endpoint = open_endpoint(application, config, of_sinks);
  if (of_sinks.has_errors()) return refused(of_sinks);

  const auto supervisor =
      Supervisor::open([&application] { return application.status(); }, signals.token());

  Diagnostics of_start;
  const auto end = application.run(signals.token(), signals.hurry(), of_start);
  if (end == Application::End::refused) return refused(of_start);
  say_what_was_done(application.status());
  if (end == Application::End::fenced) {
    spdlog::error("another member of group {} has taken our place", config.source.group);
  }
  return static_cast<int>(end);
}

int run(const std::vector<std::string>& files) {
  Diagnostics diagnostics;
  auto config = load_config(files, diagnostics);
  if (!config) return refused(diagnostics);
  start_logging(config->log);
  const int code = run_engine(*config, files, diagnostics);
  spdlog::shutdown();
  return code;
}

}  // namespace

void add_run_command(CLI::App& app, int& exit_code) {
  auto files = std::make_shared<std::vector<std::string>>();
  CLI::App* command = app.add_subcommand("run", "Run the engine until it is told to stop");
  add_config_option(*command, *files);
  command->footer(kExample);
  command->callback([files, &exit_code] { exit_code = run(*files); });
}

}  // namespace assay::host
