// Everything stored: from a real broker into a real PostgreSQL, exactly once, by the whole engine
// with one connection. Beside it a bare loop with the same rows, keys, cursors, rows per
// transaction and COPY format (binary); the same loop with text; and the engine with two
// connections.
//
// Rows per second from the first message to the last commit. The engine's CPU outside the sink is
// that of all its threads but the sink's, librdkafka's among them, from before anything is read.
#include <cstdio>
#include <cstdlib>
#include <string>

#include "bench/store/bare_store.hpp"
#include "bench/support/clocks.hpp"
#include "bench/support/database.hpp"
#include "bench/support/deployment.hpp"
#include "bench/support/figures.hpp"
#include "bench/support/running_engine.hpp"
#include "bench/support/topic.hpp"
#include "tests/support/servers/kafka_server.hpp"
#include "tests/support/servers/temporary_folder.hpp"

namespace {

namespace bench = assay::bench;

class Bench {
 public:
  explicit Bench(std::uint64_t total) : total_(total) {
    bench::fill(kafka_.address(), "transactions", total_, bench::Kind::quiet);
    bench::Database::migrate(configuration(1));
  }

  struct Engine {
    double rows_per_second;
    double cpu_outside;  // microseconds a row
    double cpu_of_sink;
  };
  Engine store(int connections) {
    database_.clear();
    Engine found{};
    {
      bench::Deployment deployment(configuration(connections));
      const bench::RunningEngine engine(deployment.assembly());
      engine.wait_for([](const auto& status) { return status.running; });
      const auto cpu = bench::cpu_of_others();
      const auto sink = bench::cpu_of_threads("sink-");
      engine.wait_for([](const auto& status) { return status.received > 0; });
      const auto began = bench::elapsed();
      engine.wait_for([&](const auto& status) { return status.delivered == total_; });
      const auto rows = static_cast<double>(total_);
      found.rows_per_second = rows / (bench::elapsed() - began);
      found.cpu_of_sink = (bench::cpu_of_threads("sink-") - sink) * 1e6 / rows;
      found.cpu_outside = (bench::cpu_of_others() - cpu) * 1e6 / rows - found.cpu_of_sink;
    }
    check();
    return found;
  }

  bench::Stored bare(bench::CopyFormat format) {
    database_.clear();
    const auto stored = bench::store_bare({.bootstrap = kafka_.address(),
                                           .database = database_.owner(),
                                           .topic = "transactions",
                                           .total = total_,
                                           .format = format});
    check();
    return stored;
  }

 private:
  std::string configuration(int connections) {
    const auto more =
        connections > 1
            ? "    parallel: by_partition\n    instances: " + std::to_string(connections) + "\n"
            : "";
    return bench::write_configuration({.folder = folder_.path(),
                                       .bootstrap = kafka_.address(),
                                       .group = "store-" + std::to_string(++group_),
                                       .sinks = "sinks:\n" + database_.sink(more) +
                                                "chains: { main: { store: { sink: db, required: "
                                                "true } } }\n"});
  }
  void check() {
    const auto rows = database_.rows();
    if (rows == total_) return;
    std::fprintf(stderr, "%llu rows instead of %llu\n", static_cast<unsigned long long>(rows),
                 static_cast<unsigned long long>(total_));
    std::exit(1);
  }

  std::uint64_t total_;
  assay::testing::KafkaServer kafka_;
  bench::Database database_;
  assay::testing::TemporaryFolder folder_;
  int group_ = 0;
};

}  // namespace

int main(int argc, char** argv) {
  bench::Figures figures("store", argc, argv);
  Bench work(figures.quick() ? 10'000 : 300'000);
  std::vector<double> bare, bare_cpu, text, one, two, outside, of_sink;
  const auto rounds = figures.rounds(7);
  for (int i = 0; i <= rounds; ++i) {
    const auto loop = work.bare(bench::CopyFormat::binary);
    const auto engine = work.store(1);
    const auto pair = work.store(2);
    const auto as_text = work.bare(bench::CopyFormat::text);
    if (i == 0) continue;  // the server's files are new
    bare.push_back(loop.rows_per_second);
    bare_cpu.push_back(loop.cpu_per_row);
    text.push_back(as_text.rows_per_second);
    one.push_back(engine.rows_per_second);
    two.push_back(pair.rows_per_second);
    outside.push_back(engine.cpu_outside);
    of_sink.push_back(engine.cpu_of_sink);
  }
  figures.add({"rows", "rows/s", one, bare, bench::at_least(0.85, bench::Of::ratio)});
  figures.add({"cpu_outside_the_sink", "us/row", outside, {}, bench::at_most(2)});
  figures.add({"cpu_of_the_sink", "us/row", of_sink});
  figures.add({"cpu_of_the_bare_loop", "us/row", bare_cpu});
  figures.add({"two_connections", "rows/s", two, bare});
  figures.add({"bare_loop_as_text", "rows/s", text, bare});
  return figures.print();
}
