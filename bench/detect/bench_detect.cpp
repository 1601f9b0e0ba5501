// Detection from a real broker: the whole engine reads, judges and decides, and only what was
// flagged goes on, to a sink that keeps nothing. Beside it librdkafka alone reads the same topic in
// batches of 1000 and looks at nothing.
//
// Messages per CPU second of this process, counted alike for both: from before the consumer is
// there to the last message, since librdkafka's own threads fetch ahead of the first one that it
// hands out. Neither the broker, which is another process, nor the bench's own look at the counters
// is counted.
#include <memory>
#include <utility>

#include "bench/support/clocks.hpp"
#include "bench/support/deployment.hpp"
#include "bench/support/figures.hpp"
#include "bench/support/running_engine.hpp"
#include "bench/support/topic.hpp"
#include "tests/support/servers/kafka_server.hpp"
#include "tests/support/servers/temporary_folder.hpp"

namespace {

namespace bench = assay::bench;

const std::string kSinks =
    "sinks: { alerts: { use: bench_sink } }\n"
    "chains: { main: { alert: { sink: alerts, required: true, when: "
    "'decision != \"approve\"' } } }\n";

struct Speed {
  double per_cpu_second;
  double per_second;
};

Speed read_raw(const std::string& bootstrap, std::uint64_t total) {
  const auto cpu = bench::process_cpu();
  const auto began = bench::elapsed();
  bench::RawConsumer consumer(bootstrap, "transactions");
  std::uint64_t read = 0;
  std::uint64_t bytes = 0;
  while (read < total) {
    read += consumer.batch([&](const rd_kafka_message_t& message) { bytes += message.len; });
  }
  const auto counted = static_cast<double>(total);
  return {counted / (bench::process_cpu() - cpu), counted / (bench::elapsed() - began)};
}

Speed detect(const std::string& configuration, std::uint64_t total) {
  bench::Deployment deployment(configuration);
  const bench::RunningEngine engine(deployment.assembly());
  // The holders are read; the workers are there and have no partition yet.
  engine.wait_for([](const auto& status) { return status.running; });
  const auto cpu = bench::cpu_of_others();
  const auto began = bench::elapsed();
  engine.wait_for([&](const auto& status) { return status.received == total; });
  const auto counted = static_cast<double>(total);
  return {counted / (bench::cpu_of_others() - cpu), counted / (bench::elapsed() - began)};
}

}  // namespace

int main(int argc, char** argv) {
  bench::Figures figures("detect", argc, argv);
  const std::uint64_t total = figures.quick() ? 20'000 : 1'000'000;
  const assay::testing::KafkaServer kafka;
  const assay::testing::TemporaryFolder folder;
  bench::fill(kafka.address(), "transactions", total, bench::Kind::flagged);

  int group = 0;
  std::vector<Speed> raw;
  std::vector<Speed> engine;
  const auto rounds = figures.rounds(7);
  bench::in_turn(
      rounds,
      [&] {
        raw.push_back(read_raw(kafka.address(), total));
        return 0.0;
      },
      [&] {
        engine.push_back(
            detect(bench::write_configuration({.folder = folder.path(),
                                               .bootstrap = kafka.address(),
                                               .group = "detect-" + std::to_string(++group),
                                               .sinks = kSinks}),
                   total));
        return 0.0;
      });
  const auto samples = [&](const std::vector<Speed>& speeds, double Speed::*which) {
    std::vector<double> values;
    for (std::size_t i = 1; i < speeds.size(); ++i) values.push_back(speeds[i].*which);
    return values;
  };
  const auto cpu = samples(engine, &Speed::per_cpu_second);
  std::vector<double> seconds_per_million;
  seconds_per_million.reserve(cpu.size());
  for (const auto speed : cpu) seconds_per_million.push_back(1e6 / speed);
  const auto raw_cpu = samples(raw, &Speed::per_cpu_second);
  std::vector<double> raw_seconds_per_million;
  raw_seconds_per_million.reserve(raw_cpu.size());
  for (const auto speed : raw_cpu) raw_seconds_per_million.push_back(1e6 / speed);
  figures.add({"per_cpu_second", "msg/s", cpu, raw_cpu, bench::at_least(0.35, bench::Of::ratio)});
  figures.add({"cpu_per_million", "s", seconds_per_million, raw_seconds_per_million});
  figures.add({"per_second", "msg/s", samples(engine, &Speed::per_second),
               samples(raw, &Speed::per_second)});
  return figures.print();
}
