#include "host/demo/demo_engine.hpp"

#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <memory>
#include <optional>
#include <thread>

#include "host/application/application.hpp"
#include "host/commands/config_files.hpp"
#include "host/commands/database_sink.hpp"
#include "host/produce/progress_line.hpp"

namespace assay::host {
namespace {

using std::chrono::steady_clock;

constexpr DatabaseSink::Seconds kMigration{60};
constexpr std::chrono::milliseconds kLook{50};
// Without any progress; a first join takes three seconds, a busy machine its time.
constexpr std::chrono::seconds kPatience{120};

std::uint64_t completed(const Status& status) {
  return status.delivered + status.dead_lettered + status.duplicates;
}

void log_into(const std::string& file) {
  auto sink = std::make_shared<spdlog::sinks::basic_file_sink_mt>(file);
  auto logger = std::make_shared<spdlog::logger>("assay", std::move(sink));
  logger->set_pattern("%H:%M:%S %-7l %v");
  logger->flush_on(spdlog::level::info);
  spdlog::set_default_logger(std::move(logger));
}

// What is deferred may still wait for its delivery; a count from before the end says nothing.
bool delivered(const Status& status, steady_clock::time_point since) {
  return std::ranges::all_of(status.outboxes, [&](const OutboxThread::Report& outbox) {
    return outbox.counted > since && outbox.waiting == 0;
  });
}

std::string missing(const Status& status, const DemoEngineOptions& options) {
  std::string text = std::to_string(completed(status)) + " of " + std::to_string(options.expected) +
                     " messages came through (" + std::to_string(status.received) + " received, " +
                     std::to_string(status.in_flight) + " under way)";
  for (const auto& sink : status.sinks) {
    if (!sink.reason.empty()) text += "; sink " + sink.id + ": " + sink.reason;
  }
  for (const auto& outbox : status.outboxes) {
    if (outbox.waiting > 0) {
      text += "; " + std::to_string(outbox.waiting) + " records of " + outbox.step +
              " wait in the outbox" + (outbox.reason.empty() ? "" : ": " + outbox.reason);
    }
  }
  for (const auto& halted : status.halted) text += "; " + halted;
  return text + "; the engine's log is " + options.log_file;
}

// Empty: all have come through.
std::string watch(const Application& application, const DemoEngineOptions& options,
                  const std::stop_token& stop, const std::atomic<bool>& ended) {
  ProgressLine line;
  const auto started = steady_clock::now();
  auto moved = started;
  std::uint64_t before = 0;
  std::optional<steady_clock::time_point> judged;
  for (;;) {
    const bool last = ended;
    const auto status = application.status();
    const auto now = steady_clock::now();
    const auto done = completed(status);
    auto reached = done;
    for (const auto& outbox : status.outboxes) reached += outbox.tally.sent;
    if (reached != before) moved = now;
    before = reached;
    ProduceProgress progress;
    progress.planned = options.expected;
    progress.produced = done;
    progress.elapsed_seconds = std::chrono::duration<double>(now - started).count();
    progress.per_second = static_cast<double>(done) / std::max(progress.elapsed_seconds, 1e-3);
    line.show(progress);
    if (!judged && done >= options.expected && status.in_flight == 0) judged = now;
    const bool complete = judged && delivered(status, *judged);
    if (complete || last || stop.stop_requested() || now - moved > kPatience) {
      line.finish();
      return complete ? std::string() : missing(status, options);
    }
    std::this_thread::sleep_for(kLook);
  }
}

std::string rendered(const Diagnostics& diagnostics) {
  return "the engine refuses to start:\n" + render(diagnostics, DiagnosticFormat::human);
}

}  // namespace

tl::expected<Status, std::string> run_demo_engine(const DemoEngineOptions& options,
                                                  StopSignals& signals) {
  log_into(options.log_file);
  Diagnostics diagnostics;
  auto config = load_config(options.config_files, diagnostics);
  const auto assembly =
      config ? Assembly::build(*config, Assembly::CardKey::required, diagnostics) : nullptr;
  if (!assembly) return tl::unexpected(rendered(diagnostics));
  if (options.migrate) {
    const auto database = DatabaseSink::find(*assembly, {});
    if (!database) return tl::unexpected(database.error());
    const auto migrated = database->migrate(ASSAY_NEWEST, kMigration);
    if (!migrated) return tl::unexpected("the tables cannot be made: " + migrated.error());
  }
  Application application(*assembly, {});
  application.check_sinks(diagnostics, kMigration);
  if (diagnostics.has_errors()) return tl::unexpected(rendered(diagnostics));

  std::atomic<bool> ended = false;
  auto end = Application::End::stopped;
  Diagnostics of_start;
  std::thread engine([&] {
    end = application.run(signals.token(), signals.hurry(), of_start);
    ended = true;
  });
  auto trouble = watch(application, options, signals.token(), ended);
  signals.stop();
  engine.join();
  if (of_start.has_errors()) return tl::unexpected(rendered(of_start));
  if (!trouble.empty()) return tl::unexpected(std::move(trouble));
  if (end != Application::End::stopped) {
    return tl::unexpected("the engine did not end well; its log is " + options.log_file);
  }
  return application.status();
}

}  // namespace assay::host
