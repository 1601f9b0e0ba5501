// From the producer to the decision at 2,000 messages a second, beside the same producer to a
// consumer that does nothing else.
//
// The loop is open: messages are sent by the clock, whether or not earlier ones have been judged,
// and latency counts from the moment a message was due, so a stall is paid for by all that it
// delays. Both readers run all the time, each on a topic of its own; the producer writes to one,
// then to the other, in turns of two seconds. The decision's time is the one it is stored with.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "bench/support/clocks.hpp"
#include "bench/support/deployment.hpp"
#include "bench/support/figures.hpp"
#include "bench/support/running_engine.hpp"
#include "bench/support/topic.hpp"
#include "tests/support/servers/kafka_server.hpp"
#include "tests/support/servers/temporary_folder.hpp"

namespace {

namespace bench = assay::bench;

constexpr int kRate = 2'000;       // messages a second
constexpr std::size_t kIdAt = 19;  // of the id's first digit in a message
constexpr const char* kJudged = "judged";
constexpr const char* kRaw = "raw";

std::int64_t wall_clock() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

struct Arrival {
  std::int64_t due;  // nanoseconds since 1970
  std::int64_t at;
};

// Sends by the clock; answers when the turn began and ended.
class Producer {
 public:
  explicit Producer(const std::string& bootstrap) : client_(bench::make_producer(bootstrap, "0")) {}

  std::pair<std::int64_t, std::int64_t> turn(const char* topic, int messages) {
    const assay::host::TopicHandle handle(rd_kafka_topic_new(client_.get(), topic, nullptr));
    const auto began = wall_clock();
    std::string text;
    for (int i = 0; i < messages; ++i) {
      const auto due = began + std::int64_t{i} * 1'000'000'000 / kRate;
      const auto wait = due - wall_clock();
      if (wait > 0) std::this_thread::sleep_for(std::chrono::nanoseconds(wait));
      text.clear();
      bench::append_message(text, sent_, bench::Kind::quiet);
      char digits[17];
      std::snprintf(digits, sizeof digits, "%016llx", static_cast<unsigned long long>(due));
      text.replace(kIdAt, 16, digits, 16);
      if (rd_kafka_produce(handle.get(), static_cast<std::int32_t>(sent_ % bench::kPartitions),
                           RD_KAFKA_MSG_F_COPY, text.data(), text.size(), nullptr, 0,
                           nullptr) != 0) {
        std::fputs("a message was not taken\n", stderr);
        std::exit(1);
      }
      rd_kafka_poll(client_.get(), 0);
      ++sent_;
    }
    rd_kafka_flush(client_.get(), 10'000);
    return {began, wall_clock()};
  }

 private:
  assay::host::KafkaHandle client_;
  std::uint64_t sent_ = 0;
};

// Reads one message after the other in a thread of its own.
class RawReader {
 public:
  explicit RawReader(const std::string& bootstrap)
      : consumer_(bootstrap, kRaw), thread_([this](const std::stop_token& stop) {
          while (!stop.stop_requested()) {
            const auto message = consumer_.poll();
            if (!message) continue;
            const auto now = wall_clock();
            const std::string digits(static_cast<const char*>(message->payload) + kIdAt, 16);
            arrivals_.push_back({std::stoll(digits, nullptr, 16), now});
            ++read_;
          }
        }) {}

  std::uint64_t read() const { return read_; }
  std::vector<Arrival> finish() {
    thread_.request_stop();
    thread_.join();
    return std::move(arrivals_);
  }

 private:
  bench::RawConsumer consumer_;
  std::vector<Arrival> arrivals_;
  std::atomic<std::uint64_t> read_ = 0;
  std::jthread thread_;
};

std::vector<Arrival> read_times(const std::filesystem::path& path) {
  std::vector<Arrival> arrivals;
  std::ifstream file(path, std::ios::binary);
  Arrival one{};
  while (file.read(reinterpret_cast<char*>(&one), sizeof one)) arrivals.push_back(one);
  return arrivals;
}

// Milliseconds at that share of the sorted latencies of one turn.
double quantile(const std::vector<double>& sorted, double share) {
  return sorted[static_cast<std::size_t>(share * static_cast<double>(sorted.size() - 1))];
}

struct Quantiles {
  std::vector<double> p50, p99, p999;  // one for each turn
};
Quantiles quantiles(const std::vector<Arrival>& arrivals,
                    const std::vector<std::pair<std::int64_t, std::int64_t>>& turns) {
  Quantiles found;
  for (const auto& [began, ended] : turns) {
    std::vector<double> turn;
    for (const auto& arrival : arrivals) {
      if (arrival.due >= began && arrival.due <= ended) {
        turn.push_back(static_cast<double>(arrival.at - arrival.due) * 1e-6);
      }
    }
    if (turn.empty()) continue;
    std::sort(turn.begin(), turn.end());
    found.p50.push_back(quantile(turn, 0.5));
    found.p99.push_back(quantile(turn, 0.99));
    found.p999.push_back(quantile(turn, 0.999));
  }
  return found;
}

std::vector<double> over(const std::vector<double>& samples, const std::vector<double>& baseline) {
  std::vector<double> differences;
  for (std::size_t i = 0; i < samples.size(); ++i) differences.push_back(samples[i] - baseline[i]);
  return differences;
}

}  // namespace

int main(int argc, char** argv) {
  bench::Figures figures("latency", argc, argv);
  const int messages = figures.quick() ? 500 : 2 * kRate;
  const auto rounds = figures.rounds(11);
  const assay::testing::KafkaServer kafka;
  const assay::testing::TemporaryFolder folder;
  Producer producer(kafka.address());
  // The topics come into being, and the engine finds its partitions.
  producer.turn(kJudged, 100);
  producer.turn(kRaw, 100);

  const auto times = folder / "times";
  std::vector<std::pair<std::int64_t, std::int64_t>> judged_turns;
  std::vector<std::pair<std::int64_t, std::int64_t>> raw_turns;
  std::vector<Arrival> raw;
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
      const auto raw_turn = producer.turn(kRaw, messages);
      const auto judged_turn = producer.turn(kJudged, messages);
      sent += static_cast<std::uint64_t>(messages);
      engine.wait_for([&](const auto& status) { return status.delivered == sent; });
      if (i == 0) continue;  // connections and caches are cold
      raw_turns.push_back(raw_turn);
      judged_turns.push_back(judged_turn);
    }
    while (reader.read() < sent) std::this_thread::yield();
    raw = reader.finish();
  }
  const auto theirs = quantiles(raw, raw_turns);
  const auto ours = quantiles(read_times(times), judged_turns);
  figures.add({"p50", "ms", ours.p50, theirs.p50});
  figures.add({"p99", "ms", ours.p99, theirs.p99});
  figures.add({"p999", "ms", ours.p999, theirs.p999});
  figures.add({"p50_over_raw", "ms", over(ours.p50, theirs.p50), {}, bench::at_most(0.2)});
  figures.add({"p99_over_raw", "ms", over(ours.p99, theirs.p99), {}, bench::at_most(1)});
  return figures.print();
}
