// Test 30: an optional step's server is away from the start on. Required steps get everything all
// the while, and the healthy ones once.
#include <thread>

#include "tests/faults/bench.hpp"
#include "tests/integration/onlooker.hpp"
#include "tests/integration/oracle.hpp"
#include "tests/integration/topic.hpp"

namespace assay::testing::faults {
namespace {

using namespace std::chrono_literals;

constexpr std::int64_t kWave = 5'000;

class OptionalSink : public FaultBench {};

TEST_F(OptionalSink, that_is_dead_costs_required_steps_nothing_and_repeats_nothing_elsewhere) {
  if (const auto reason = servers_unavailable()) GTEST_SKIP() << *reason;
  auto& deployment = deploy("optional");
  const auto decisions = deployment.group() + ".decisions";
  create_topic(kafka().address(), decisions, 4);
  // So little memory that the optional step's queue is full at once.
  deployment.configure("memory: 8MiB\n" +
                       deployment.whole(Deployment::postgres_sink() + deployment.smtp_sink() +
                                            Deployment::kafka_sink(kafka().address(), decisions),
                                        R"(  main:
    store: { sink: db, required: true }
    tell: { sink: events, required: true }
    alert: { sink: mail }
)"));
  deployment.smtp().stop();
  deployment.produce(kWave, seed());
  std::int64_t produced = kWave;
  const auto engine = deployment.start();
  Onlooker onlooker;
  ASSERT_TRUE(onlooker.finds(*engine, deployment));
  const int waves = either(3, 60);
  for (int wave = 1;; ++wave) {
    ASSERT_TRUE(finished(*engine, deployment, produced)) << "wave " << wave;
    if (wave == waves) break;
    std::this_thread::sleep_for(either(0s, 10s));  // as a bank has it, ten minutes long
    deployment.produce_more(produced, kWave);
    produced += kWave;
  }
  auto metrics = onlooker.get("/metrics").body;
  const auto dropped = sum_of(metrics, "assay_records_dropped_total");
  EXPECT_GT(dropped, 0U) << "more came than the dead sink's queue takes";
  EXPECT_NE(metrics.find("assay_sink_retrying{sink=\"mail\",instance=\"0\"} 1"), std::string::npos);
  EXPECT_TRUE(onlooker.is_ready()) << onlooker.get("/readyz").body;
  EXPECT_TRUE(deployment.smtp().mails().empty());

  deployment.smtp().start_again();
  ASSERT_TRUE(engine->until([&] { return !deployment.smtp().mails().empty(); }))
      << "what its queue has held is delivered";
  ASSERT_TRUE(finished(*engine, deployment, produced));
  EXPECT_EQ(engine->stop(), 0);
  expect_decisions(kafka().address(), decisions, expected_of(deployment));
  EXPECT_EQ(length_of_topic(kafka().address(), decisions), produced) << "each of them once";
  judge({.number = 30,
         .what = "the server of an optional step is dead",
         .faults = "1 stop, " + std::to_string(waves) + " waves long",
         .remark = std::to_string(dropped) + " not told"});
}

}  // namespace
}  // namespace assay::testing::faults
