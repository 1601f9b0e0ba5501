// From the producer to the decision at 2,000 messages a second, beside the same producer to a
// consumer that does nothing else.
//
// The loop is open. Both readers run all the time, each on a topic of its own; the producer writes
// to one, then to the other, in turns of two seconds. The decision's time is the one it is stored
// with.
#include <atomic>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "bench/support/clocks.hpp"
#include "bench/support/deployment.hpp"
#include "bench/support/figures.hpp"
#include "bench/support/open_loop.hpp"
#include "bench/support/running_engine.hpp"
#include "bench/support/topic.hpp"
#include "tests/support/servers/kafka_server.hpp"
#include "tests/support/servers/temporary_folder.hpp"

namespace {

namespace bench = assay::bench;

constexpr int kRate = 2'000;  // messages a second
constexpr const char* kJudged = "judged";
constexpr const char* kRaw = "raw";

// Reads one message after the other in a thread of its own.
class RawReader {
 public:
  explicit RawReader(const std::string& bootstrap)
      : consumer_(bootstrap, kRaw), thread_([this](const std::stop_token& stop) {
          while (!stop.stop_requested()) {
            const auto message = consumer_.poll();
            if (!message) continue;
            const auto now = bench::wall_clock();
            const std::string digits(static_cast<const char*>(message->payload) + bench::kDueAt,
                                     16);
            arrivals_.push_back({std::stoll(digits, nullptr, 16), now});
            ++read_;
          }
        }) {}

  std::uint64_t read() const { return read_; }
  std::vector<bench::Arrival> finish() {
    thread_.request_stop();
    thread_.join();
    return std::move(arrivals_);
  }

 private:
  bench::RawConsumer consumer_;
  std::vector<bench::Arrival> arrivals_;
  std::atomic<std::uint64_t> read_ = 0;
  std::jthread thread_;
};

}  // namespace

int main(int argc, char** argv) {
  bench::Figures figures("latency", argc, argv);
  const int messages = figures.quick() ? 500 : 2 * kRate;
  const auto rounds = figures.rounds(11);
  const assay::testing::KafkaServer kafka;
  const assay::testing::TemporaryFolder folder;
  bench::OpenLoop producer(kafka.address(), kRate);
  // The topics come into being, and the engine finds its partitions.
  producer.send(kJudged, 100);
  producer.send(kRaw, 100);

  const auto times = folder / "times";
  std::vector<bench::Turn> judged_turns;
  std::vector<bench::Turn> raw_turns;
  std::vector<bench::Arrival> raw;
  {
    bench::Deployment deployment(bench::write_configuration(
        {.folder = folder.path(),
         .bootstrap = kafka.address(),
         .topic = kJudged,
         .sinks = "sinks: { times: { use: bench_sink, config: { times: " + times.string() +
                  " } } }\n"
                  "chains: { main: { times: { sink: times, required: true } } }\n"}));
    const bench::RunningEngine engine(deployment.assembly());
    RawReader reader(kafka.address());
    std::uint64_t sent = 100;
    for (int i = 0; i <= rounds; ++i) {
      const auto raw_turn = producer.send(kRaw, messages);
      const auto judged_turn = producer.send(kJudged, messages);
      sent += static_cast<std::uint64_t>(messages);
      engine.wait_for([&](const auto& status) { return status.delivered == sent; });
      if (i == 0) continue;  // connections and caches are cold
      raw_turns.push_back(raw_turn);
      judged_turns.push_back(judged_turn);
    }
    while (reader.read() < sent) std::this_thread::yield();
    raw = reader.finish();
  }
  const auto theirs = bench::quantiles(raw, raw_turns);
  const auto ours = bench::quantiles(bench::read_arrivals(times), judged_turns);
  figures.add({"p50", "ms", ours.p50, theirs.p50});
  figures.add({"p99", "ms", ours.p99, theirs.p99});
  figures.add({"p999", "ms", ours.p999, theirs.p999});
  figures.add({"p50_over_raw", "ms", bench::over(ours.p50, theirs.p50), {}, bench::at_most(0.2)});
  figures.add({"p99_over_raw", "ms", bench::over(ours.p99, theirs.p99), {}, bench::at_most(1)});
  return figures.print();
}
