// From a message that is due to its row that outlives a power cut, at a quarter of the rate at
// which the engine stores when everything is there already: each row's commit as PostgreSQL has
// noted its time. Beside it the bare loop of `store` at the same rate; engine and loop in turn,
// each on a topic of its own, transactions of whatever has come within ten milliseconds.
//
// The loop is open and the way through the broker is in both figures, so the time from fetch to
// commit is less.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <thread>
#include <vector>

#include "bench/store/bare_store.hpp"
#include "bench/support/clocks.hpp"
#include "bench/support/database.hpp"
#include "bench/support/deployment.hpp"
#include "bench/support/figures.hpp"
#include "bench/support/open_loop.hpp"
#include "bench/support/running_engine.hpp"
#include "bench/support/topic.hpp"
#include "tests/support/servers/kafka_server.hpp"
#include "tests/support/servers/temporary_folder.hpp"

namespace {

namespace bench = assay::bench;

constexpr const char* kLinger = "2";  // milliseconds of the producer, in both figures
constexpr double kAge = 0.01;         // seconds, as the engine's default
constexpr unsigned kWarm = 100;  // messages: connections are open and the group has its partitions

struct Waited {
  double p50;  // milliseconds
  double p99;
};

class Bench {
 public:
  Bench() { bench::Database::migrate(configuration("none")); }

  // Rows a second where all messages are there.
  double saturation(std::uint64_t total) {
    const std::string topic = "full";
    bench::fill(kafka_.address(), topic, total, bench::Kind::quiet);
    bench::Deployment deployment(configuration(topic));
    const bench::RunningEngine engine(deployment.assembly());
    engine.wait_for([](const auto& status) { return status.received > 0; });
    const auto began = bench::elapsed();
    engine.wait_for([&](const auto& status) { return status.delivered == total; });
    return static_cast<double>(total) / (bench::elapsed() - began);
  }

  Waited engine(const std::string& topic, int rate, int messages) {
    bench::OpenLoop producer(kafka_.address(), rate, kLinger);
    producer.send(topic.c_str(), kWarm);
    bench::Deployment deployment(configuration(topic));
    const bench::RunningEngine engine(deployment.assembly());
    engine.wait_for([](const auto& status) { return status.delivered == kWarm; });
    const auto turn = producer.send(topic.c_str(), messages);
    const auto sent = std::uint64_t{kWarm} + static_cast<std::uint64_t>(messages);
    engine.wait_for([&](const auto& status) { return status.delivered == sent; });
    return waited(topic, turn, messages);
  }

  Waited bare(const std::string& topic, int rate, int messages) {
    bench::OpenLoop producer(kafka_.address(), rate, kLinger);
    producer.send(topic.c_str(), kWarm);
    std::jthread loop([&] {
      bench::store_bare({.bootstrap = kafka_.address(),
                         .database = database_.owner(),
                         .topic = topic,
                         .total = std::uint64_t{kWarm} + static_cast<std::uint64_t>(messages),
                         .age = kAge});
    });
    while (database_.rows() < kWarm) std::this_thread::yield();
    const auto turn = producer.send(topic.c_str(), messages);
    loop.join();
    return waited(topic, turn, messages);
  }

 private:
  std::string configuration(const std::string& topic) {
    return bench::write_configuration(
        {.folder = folder_.path(),
         .bootstrap = kafka_.address(),
         .topic = topic,
         .group = topic,
         .sinks = "sinks:\n" + database_.sink() +
                  "chains: { main: { store: { sink: db, required: true } } }\n"});
  }

  // Of the turn's messages; all of them must be there. The table is empty behind it.
  Waited waited(const std::string& topic, const bench::Turn& turn, int messages) {
    // An id begins with the 16 hexadecimal digits of the time at which it was due.
    const std::string due = "('x' || left(transaction_id, 16))::bit(64)::bigint";
    const auto row = database_.ask(
        "SELECT count(*), percentile_cont(0.5) WITHIN GROUP (ORDER BY took), "
        "percentile_cont(0.99) WITHIN GROUP (ORDER BY took) FROM (SELECT extract(epoch FROM "
        "pg_xact_commit_timestamp(xmin)) * 1e3 - " +
        due + " / 1e6 AS took FROM transactions WHERE topic = '" + topic + "' AND " + due +
        " >= " + std::to_string(turn.began - 1) + ") AS rows");
    if (std::stoll(row.at(0)) != messages) {
      std::fprintf(stderr, "%s rows instead of %d\n", row[0].c_str(), messages);
      std::exit(1);
    }
    database_.clear();
    return {std::stod(row.at(1)), std::stod(row.at(2))};
  }

  assay::testing::KafkaServer kafka_;
  bench::Database database_{{.settings = {"track_commit_timestamp=on"}}};
  assay::testing::TemporaryFolder folder_;
};

}  // namespace

int main(int argc, char** argv) {
  bench::Figures figures("commit", argc, argv);
  Bench work;
  const auto most = work.saturation(figures.quick() ? 10'000 : 300'000);
  const int rate = figures.quick() ? 1'000 : static_cast<int>(most / 4);
  const int messages = figures.quick() ? 1'000 : 3 * rate;
  std::vector<double> p50, p99, bare_p50, bare_p99;
  const auto rounds = figures.rounds(9);
  for (int i = 0; i <= rounds; ++i) {
    const auto loop = work.bare("bare-" + std::to_string(i), rate, messages);
    const auto engine = work.engine("engine-" + std::to_string(i), rate, messages);
    if (i == 0) continue;  // the server's files are new
    p50.push_back(engine.p50);
    p99.push_back(engine.p99);
    bare_p50.push_back(loop.p50);
    bare_p99.push_back(loop.p99);
  }
  figures.add({"p50", "ms", p50, bare_p50, bench::at_most(15)});
  figures.add({"p99", "ms", p99, bare_p99, bench::at_most(60)});
  figures.add({"rate", "rows/s", std::vector<double>(p50.size(), rate)});
  return figures.print();
}
