#include "host/demo/demo.hpp"

#include <spdlog/spdlog.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <numeric>
#include <optional>

#include "host/commands/exit_code.hpp"
#include "host/demo/demo_engine.hpp"
#include "host/demo/demo_report.hpp"
#include "host/demo/demo_topics.hpp"
#include "host/demo/demo_world.hpp"
#include "host/diagnostics/render.hpp"
#include "host/produce/producer.hpp"
#include "host/produce/progress_line.hpp"

namespace assay::host {
namespace {

namespace fs = std::filesystem;
using std::chrono::steady_clock;

// So that customers have a history and pay days come: seventeen days of three a day. A bank of
// fewer customers than the least would have too few victims.
constexpr std::uint64_t kTransactionsPerCustomer = 50;
constexpr std::uint64_t kLeastCustomers = 100;

std::uint64_t count_mails(const std::string& folder) {
  std::error_code none;
  std::uint64_t count = 0;
  for (const auto& file : fs::directory_iterator(folder, none)) {
    const auto name = file.path().filename().string();
    count += name.ends_with(".eml") && !name.starts_with('.') ? 1 : 0;
  }
  return count;
}

std::uint64_t count_lines(const std::string& path) {
  std::ifstream file(path);
  std::string line;
  std::uint64_t count = 0;
  while (std::getline(file, line)) ++count;
  return count;
}

// A mail to open: the first by name, so that the same seed shows the same one.
std::optional<std::string> some_mail(const std::string& folder) {
  std::error_code none;
  std::vector<std::string> names;
  for (const auto& file : fs::directory_iterator(folder, none)) {
    if (file.path().extension() == ".eml") names.push_back(file.path());
  }
  if (names.empty()) return std::nullopt;
  return *std::min_element(names.begin(), names.end());
}

class Demo {
 public:
  explicit Demo(const DemoOptions& options) : options_(options) {}

  int run() {
    auto folder = DemoFolder::make(options_.folder);
    if (!folder) return fail(ExitCode::input_output, folder.error());
    say("Everything is kept in " + folder->path().string());
    say(options_.scripts.empty() ? "Starting a mock of Kafka"
                                 : "Starting Kafka, PostgreSQL and an SMTP server");
    auto world =
        options_.scripts.empty() ? embedded_world(*folder) : real_world(*folder, options_.scripts);
    if (!world) return fail(ExitCode::failed, world.error());
    started_ = steady_clock::now();
    if (auto done = produce_everything(*world); !done) {
      return fail(ExitCode::failed, done.error());
    }
    say("Judging them, " + world->what);
    const auto status = run_demo_engine({folder->config_files(), folder->operator/("engine.log"),
                                         facts_.produced, world->needs_migration},
                                        signals_);
    if (!status) return fail(ExitCode::failed, status.error());
    if (auto done = look(*world, *status); !done) return fail(ExitCode::failed, done.error());
    return report();
  }

 private:
  void say(const std::string& text) const { std::fprintf(stderr, "%s\n", text.c_str()); }

  int fail(int exit_code, const std::string& text) const {
    std::fprintf(stderr, "assay demo: %s\n", text.c_str());
    return exit_code;
  }

  tl::expected<void, std::string> produce_everything(const DemoWorld& world) {
    ProduceOptions options;
    options.bank.seed = options_.seed;
    options.bank.transactions = options_.transactions;
    options.bank.customers = static_cast<std::uint32_t>(
        std::max(options_.transactions / kTransactionsPerCustomer, kLeastCustomers));
    options.bank.fraud_rate = options_.fraud_rate;
    options.bootstrap = world.bootstrap;
    // A mule's payers stand in several partitions. A live feed brings these side by side; seventeen
    // days at once come by the batch, so small ones keep the order of time nearly.
    options.properties["batch.num.messages"] = "10";
    options.partitions = world.partitions;
    options.broker_retains_bytes = world.broker_retains;
    // The mock's topics are there already, and it has no admin interface to ask.
    options.create_topics = world.broker_retains == 0;
    say("Producing " + with_thousands(options_.transactions) + " transactions of a simulated bank");
    ProgressLine line;
    const auto result = produce(
        options, [&](const ProduceProgress& progress) { line.show(progress); }, signals_.token());
    line.finish();
    if (!result) return tl::unexpected(result.error().message);
    const auto broken = send_broken_messages(world.bootstrap, options.transactions_topic,
                                             result->first_timestamp * 1000);
    if (!broken) return tl::unexpected(broken.error());
    facts_.broken = *broken;
    facts_.produced = result->produced + *broken;
    return {};
  }

  // From where things ended up: the database, the mails, the dead letters.
  tl::expected<void, std::string> look(const DemoWorld& world, const Status& status) {
    auto stored = world.store->read();
    if (!stored) return tl::unexpected(stored.error());
    facts_.stored = std::move(*stored);
    const auto labels = read_topic(world.bootstrap, "labels");
    if (!labels) return tl::unexpected(labels.error());
    if (!judge_by_labels(*labels, facts_)) {
      return tl::unexpected(std::string("the ground truth in topic `labels` cannot be read"));
    }
    if (world.dead_letter_file.empty()) {
      const auto letters = read_topic(world.bootstrap, demo_dead_letter_topic);
      if (!letters) return tl::unexpected(letters.error());
      facts_.dead_lettered = letters->size();
    } else {
      facts_.dead_lettered = count_lines(world.dead_letter_file);
    }
    facts_.decided =
        std::accumulate(status.decisions.begin(), status.decisions.end(), std::uint64_t{0});
    facts_.duplicates = status.duplicates;
    facts_.mails = count_mails(world.mails);
    for (const auto& rule : status.rules) facts_.rules.push_back({rule.id, rule.hits});
    facts_.look = world.look;
    if (const auto mail = some_mail(world.mails)) facts_.look.push_back("cat " + *mail);
    return {};
  }

  int report() {
    facts_.seconds = std::chrono::duration<double>(steady_clock::now() - started_).count();
    const auto text = options_.json
                          ? json_report(facts_)
                          : human_report(facts_, colour_of(STDOUT_FILENO) == Colour::always);
    std::fputs(text.c_str(), stdout);
    if (std::fflush(stdout) != 0) return ExitCode::input_output;
    spdlog::shutdown();
    return facts_.lost() == 0 ? ExitCode::done : ExitCode::failed;
  }

  DemoOptions options_;
  StopSignals signals_;
  DemoFacts facts_;
  steady_clock::time_point started_;
};

}  // namespace

int run_demo(const DemoOptions& options) { return Demo(options).run(); }

}  // namespace assay::host
