// From `kill -9` of an engine with history, under load, to the first row that the next process
// stores: restart, snapshot, the log behind it, rejoining the group under the same name. Beside it
// what that may take: three seconds, the snapshots' bytes at 500 MB/s and the records behind them
// at 300,000 a second.
//
// Counting begins with the kill and goes on while the server finds out that its client is gone, so
// that nothing which the dead one had on its way is taken for the new one's.
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <regex>
#include <string>
#include <thread>
#include <vector>

#include "bench/support/clocks.hpp"
#include "bench/support/database.hpp"
#include "bench/support/deployment.hpp"
#include "bench/support/figures.hpp"
#include "bench/support/open_loop.hpp"
#include "bench/support/topic.hpp"
#include "tests/integration/engine.hpp"
#include "tests/support/servers/kafka_server.hpp"
#include "tests/support/servers/temporary_folder.hpp"

namespace {

namespace bench = assay::bench;
using assay::testing::Engine;

constexpr const char* kTopic = "transactions";
constexpr int kRate = 2'000;  // messages a second
constexpr int kAtOnce = 200;  // between two looks whether the load shall end
constexpr double kBytes = 500e6;
constexpr double kRecords = 300e3;
constexpr double kStart = 3;

struct Recovery {
  double took;  // seconds, as all here
  double allowed;
  double snapshot;  // MB
  double tail;      // thousand records
};

class Bench {
 public:
  explicit Bench(std::uint64_t history) : configuration_(configuration()) {
    bench::Database::migrate(configuration_);
    bench::fill(kafka_.address(), kTopic, history, bench::Kind::quiet);
    start();
    wait_for_more_than(static_cast<std::int64_t>(history) - 1);
    load_ = std::jthread([this](const std::stop_token& stop) {
      bench::OpenLoop producer(kafka_.address(), kRate);
      while (!stop.stop_requested()) producer.send(kTopic, kAtOnce);
    });
  }

  // `wait`: seconds under load before the kill.
  Recovery kill(double wait) {
    wait_for_more_than(stored());
    std::this_thread::sleep_for(std::chrono::duration<double>(wait));
    engine_->kill();
    const auto killed = bench::elapsed();
    const auto bytes = snapshot_bytes();
    while (database_.ask("SELECT count(*) FROM pg_stat_activity WHERE usename = 'assay_engine'")
               .at(0) != "0") {
    }
    const auto before = stored();
    start();
    wait_for_more_than(before);
    Recovery found{.took = bench::elapsed() - killed,
                   .allowed = kStart,
                   .snapshot = bytes * 1e-6,
                   .tail = tail() * 1e-3};
    found.allowed += bytes / kBytes + tail() / kRecords;
    return found;
  }

 private:
  std::string configuration() {
    return bench::write_configuration(
        {.folder = folder_.path(),
         .bootstrap = kafka_.address(),
         .topic = kTopic,
         .member = "engine",
         .sinks = "sinks:\n" + database_.sink() +
                  "chains: { main: { store: { sink: db, required: true } } }\n"
                  "state: { dir: state, interval: 2s }\n",
         .rules = bench::rules_with_history()});
  }

  void start() {
    log_ = folder_ / ("log-" + std::to_string(++starts_));
    engine_.emplace(std::vector{std::filesystem::path(configuration_)}, log_);
  }

  std::int64_t stored() const {
    return std::stoll(
        database_.ask("SELECT coalesce(sum(next_offset), 0) FROM assay_cursors").at(0));
  }
  void wait_for_more_than(std::int64_t before) {
    while (stored() <= before) {
      if (engine_->running()) continue;
      std::fputs(engine_->words().c_str(), stderr);
      std::exit(1);
    }
  }

  // Of the newest snapshot of each part.
  double snapshot_bytes() const {
    std::map<std::string, std::filesystem::path> newest;
    for (const auto& file : std::filesystem::recursive_directory_iterator(folder_ / "state")) {
      if (file.path().extension() != ".snapshot") continue;
      auto& known = newest[file.path().parent_path()];
      known = std::max(known, file.path());
    }
    double bytes = 0;
    for (const auto& [part, file] : newest) {
      bytes += static_cast<double>(std::filesystem::file_size(file));
    }
    return bytes;
  }

  // Records that the last start had to read again, as it says.
  double tail() const {
    const auto words = engine_->words();
    const std::regex told("([0-9]+) records to replay");
    double records = 0;
    for (std::sregex_iterator at(words.begin(), words.end(), told), end; at != end; ++at) {
      records += std::stod((*at)[1]);
    }
    return records;
  }

  assay::testing::KafkaServer kafka_;
  bench::Database database_;
  assay::testing::TemporaryFolder folder_;
  std::string configuration_;
  std::filesystem::path log_;
  int starts_ = 0;
  std::optional<Engine> engine_;
  std::jthread load_;
};

}  // namespace

int main(int argc, char** argv) {
  bench::Figures figures("recover", argc, argv);
  Bench work(figures.quick() ? 10'000 : 1'000'000);
  std::vector<double> took, allowed, snapshot, tail;
  for (int i = 0; i < figures.rounds(50); ++i) {
    // Anywhere between two snapshots.
    const auto found = work.kill(2.0 + 0.04 * (i * 29 % 50));
    took.push_back(found.took);
    allowed.push_back(found.allowed);
    snapshot.push_back(found.snapshot);
    tail.push_back(found.tail);
  }
  figures.add({"first_row", "s", took, allowed});
  // Of fifty the worst is the 99th of a hundred.
  const auto worst = std::max_element(took.begin(), took.end());
  figures.add({"worst",
               "s",
               {*worst},
               {allowed[static_cast<std::size_t>(worst - took.begin())]},
               bench::at_most(1, bench::Of::ratio)});
  figures.add({"snapshots", "MB", snapshot});
  figures.add({"read_again", "thousand", tail});
  return figures.print();
}
