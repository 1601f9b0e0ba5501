// Half of all traffic is of one account: how long everybody else waits for a decision then, beside
// the same rate of customers in turn, in alternating turns of two seconds.
//
// Others are those whose messages are not the hot customer's, in whichever partition. The loop is
// open, and the rules read what is remembered of each customer. Everything is counted: a
// transaction that is lost or delivered twice ends the program.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "bench/support/deployment.hpp"
#include "bench/support/figures.hpp"
#include "bench/support/open_loop.hpp"
#include "bench/support/running_engine.hpp"
#include "tests/support/servers/kafka_server.hpp"
#include "tests/support/servers/temporary_folder.hpp"

namespace {

namespace bench = assay::bench;

constexpr int kRate = 2'000;  // messages a second
constexpr const char* kTopic = "judged";

}  // namespace

int main(int argc, char** argv) {
  using Customers = bench::OpenLoop::Customers;
  bench::Figures figures("skew", argc, argv);
  const int messages = figures.quick() ? 2'000 : 2 * kRate;
  const auto rounds = figures.rounds(15);
  const assay::testing::KafkaServer kafka;
  const assay::testing::TemporaryFolder folder;
  bench::OpenLoop producer(kafka.address(), kRate);
  producer.send(kTopic, 100);  // the topic comes into being

  const auto times = folder / "times";
  std::vector<bench::Turn> even;
  std::vector<bench::Turn> skewed;
  std::uint64_t sent = 100;
  {
    bench::Deployment deployment(bench::write_configuration(
        {.folder = folder.path(),
         .bootstrap = kafka.address(),
         .topic = kTopic,
         .sinks = "sinks: { times: { use: bench_sink, config: { times: " + times.string() +
                  " } } }\n"
                  "chains: { main: { times: { sink: times, required: true } } }\n",
         .rules = bench::rules_with_history()}));
    const bench::RunningEngine engine(deployment.assembly());
    for (int i = 0; i <= rounds; ++i) {
      for (const auto customers : {Customers::even, Customers::one_has_half}) {
        const auto turn = producer.send(kTopic, messages, customers);
        sent += static_cast<std::uint64_t>(messages);
        engine.wait_for([&](const auto& status) { return status.delivered == sent; });
        if (i == 0) continue;  // connections and caches are cold
        (customers == Customers::even ? even : skewed).push_back(turn);
      }
    }
  }
  auto arrivals = bench::read_arrivals(times);
  if (arrivals.size() != sent) {
    std::fputs("a transaction was lost or delivered twice\n", stderr);
    std::exit(1);
  }
  std::erase_if(arrivals, [](const bench::Arrival& one) { return one.due % 2 == 1; });
  const auto before = bench::quantiles(arrivals, even);
  const auto now = bench::quantiles(arrivals, skewed);
  figures.add({"others_p50", "ms", now.p50, before.p50});
  figures.add({"others_p99", "ms", now.p99, before.p99, bench::at_most(2, bench::Of::ratio)});
  figures.add({"others_p999", "ms", now.p999, before.p999});
  return figures.print();
}
