// Decisions at 2,000 a second while the engine puts another configuration in force every second,
// beside the same engine that is left alone, in alternating turns of three seconds.
//
// Each time a rule's plugin is another file (two take turns) and a limit is another one; what is
// remembered of ten thousand customers goes along. The loop is open. Everything is counted: a
// transaction that is lost or delivered twice ends the program.
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "bench/support/deployment.hpp"
#include "bench/support/figures.hpp"
#include "bench/support/open_loop.hpp"
#include "bench/support/running_engine.hpp"
#include "host/config/reader.hpp"
#include "host/reload/reload.hpp"
#include "tests/support/servers/kafka_server.hpp"
#include "tests/support/servers/temporary_folder.hpp"

namespace {

namespace bench = assay::bench;

constexpr int kRate = 2'000;  // messages a second
constexpr const char* kTopic = "judged";

// What the deployment judges by; `edition` is that of its plugin and of a limit.
std::string rules(int edition) {
  return bench::rules_with_history("  mine: { version: " + std::to_string(edition) +
                                   ", use: mine, parameters: { limits: { EUR: \"" +
                                   std::to_string(5'000 + edition) + ".00\" } } }\n");
}

// Another file of the same plugin: a linker does not look behind the last section.
void put_plugin(const std::filesystem::path& folder, int edition) {
  std::ofstream(folder / "new.so", std::ios::binary)
      << std::ifstream(ASSAY_LARGE_AMOUNT, std::ios::binary).rdbuf() << edition;
  std::filesystem::rename(folder / "new.so", folder / "mine.so");
}

// Sends while a thread of its own asks for another configuration every second.
class Releases {
 public:
  Releases(bench::RunningEngine& engine, std::filesystem::path folder, bench::DeploymentOptions own)
      : engine_(&engine), folder_(std::move(folder)), options_(std::move(own)) {}

  bench::Turn during(bench::OpenLoop& producer, int messages) {
    std::jthread other([this](const std::stop_token& stop) {
      for (auto due = std::chrono::steady_clock::now(); !stop.stop_requested();
           due += std::chrono::seconds(1)) {
        std::this_thread::sleep_until(due);
        next();
      }
    });
    return producer.send(kTopic, messages);
  }
  [[nodiscard]] std::uint64_t asked() const { return asked_; }

 private:
  void next() {
    edition_ = 3 - edition_;
    put_plugin(folder_, edition_);
    options_.rules = rules(edition_);
    bench::write_configuration(options_);
    ++asked_;
    engine_->reload();
    engine_->wait_for([this](const auto& status) {
      return status.reloads.done + status.reloads.refused == asked_;
    });
  }

  bench::RunningEngine* engine_;
  std::filesystem::path folder_;
  bench::DeploymentOptions options_;
  std::uint64_t asked_ = 0;
  int edition_ = 1;
};

void expect(bool holds, const char* otherwise) {
  if (holds) return;
  std::fprintf(stderr, "%s\n", otherwise);
  std::exit(1);
}

}  // namespace

int main(int argc, char** argv) {
  bench::Figures figures("reload", argc, argv);
  const int messages = figures.quick() ? 2'000 : 3 * kRate;
  const auto rounds = figures.rounds(11);
  const assay::testing::KafkaServer kafka;
  const assay::testing::TemporaryFolder folder;
  bench::OpenLoop producer(kafka.address(), kRate);
  producer.send(kTopic, 100);  // the topic comes into being

  const auto times = folder / "times";
  put_plugin(folder.path(), 1);
  const bench::DeploymentOptions options{
      .folder = folder.path(),
      .bootstrap = kafka.address(),
      .topic = kTopic,
      .sinks = "sinks: { times: { use: bench_sink, config: { times: " + times.string() +
               " } } }\n"
               "chains: { main: { times: { sink: times, required: true } } }\n",
      .rules = rules(1)};
  const auto path = bench::write_configuration(options);
  std::vector<bench::Turn> alone;
  std::vector<bench::Turn> swapped;
  std::uint64_t sent = 100;
  {
    bench::Deployment deployment(path);
    bench::RunningEngine engine(deployment.assembly(),
                                assay::host::reload_by([&](assay::host::Diagnostics& faults) {
                                  return assay::host::read_config(std::span(&path, 1), faults);
                                }));
    Releases releases(engine, folder.path(), options);
    for (int i = 0; i <= rounds; ++i) {
      const auto without = producer.send(kTopic, messages);
      const auto with = releases.during(producer, messages);
      sent += 2 * static_cast<std::uint64_t>(messages);
      engine.wait_for([&](const auto& status) { return status.delivered == sent; });
      if (i == 0) continue;  // connections and caches are cold
      alone.push_back(without);
      swapped.push_back(with);
    }
    const auto& reloads = engine.status().reloads;
    expect(reloads.refused == 0 && reloads.done == releases.asked(), "a reload was refused");
    figures.add({"swaps", "1", {static_cast<double>(reloads.done)}});
  }
  const auto arrivals = bench::read_arrivals(times);
  expect(arrivals.size() == sent, "a transaction was lost or delivered twice");
  const auto before = bench::quantiles(arrivals, alone);
  const auto now = bench::quantiles(arrivals, swapped);
  figures.add({"p50", "ms", now.p50, before.p50});
  figures.add({"p99", "ms", now.p99, before.p99});
  figures.add({"p999", "ms", now.p999, before.p999});
  figures.add(
      {"p999_over_alone", "ms", bench::over(now.p999, before.p999), {}, bench::at_most(20)});
  return figures.print();
}
