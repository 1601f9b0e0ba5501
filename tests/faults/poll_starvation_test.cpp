// Test 8: a sink stands still for longer than `max.poll.interval.ms`. The worker goes on serving
// the group, so it keeps its partitions; everybody sees the lag grow.
#include <thread>

#include "tests/faults/bench.hpp"
#include "tests/faults/rival.hpp"
#include "tests/integration/onlooker.hpp"

namespace assay::testing::faults {
namespace {

using namespace std::chrono_literals;

constexpr std::int64_t kRecords = 60'000;
constexpr std::int64_t kMore = 5'000;

class PollStarvation : public FaultBench {};

TEST_F(PollStarvation, by_a_sink_that_stands_still_costs_no_partition_and_shows_as_lag) {
  if (const auto reason = servers_unavailable()) GTEST_SKIP() << *reason;
  auto& deployment = deploy_in_small_transactions("starved", kRecords);
  deployment.write("impatient.yaml", "source: { kafka: { max.poll.interval.ms: 6000 } }\n");
  Engine engine({deployment.folder() / "assay.yaml", deployment.folder() / "impatient.yaml"},
                deployment.folder() / "engine.log");
  Onlooker onlooker;
  ASSERT_TRUE(onlooker.finds(engine, deployment));
  const auto value = [&](const std::string& family) {
    return static_cast<std::int64_t>(sum_of(onlooker.get("/metrics").body, family));
  };
  ASSERT_TRUE(is_under_load(engine, deployment));
  {
    Rival rival;
    rival.say("BEGIN");
    rival.say("LOCK TABLE transactions IN ACCESS EXCLUSIVE MODE");
    ASSERT_TRUE(engine.until([&] { return value("assay_worker_paused") == 1; }));
    const auto rebalances = value("assay_rebalances_total");
    const auto lag = value("assay_consumer_lag_records");
    const auto stored = deployment.stored();
    EXPECT_LT(stored, produced(deployment)) << "it was done too early to show anything";
    deployment.produce_more(0, kMore);
    std::this_thread::sleep_for(either(8s, 60s));  // longer than the interval of six
    EXPECT_EQ(deployment.stored(), stored);
    EXPECT_EQ(value("assay_worker_paused"), 1);
    EXPECT_GE(value("assay_consumer_lag_records"), lag + kMore) << "it is seen";
    EXPECT_EQ(value("assay_rebalances_total"), rebalances) << "the member has stayed";
    EXPECT_EQ(value("assay_partitions_assigned"), 4);
    EXPECT_EQ(onlooker.get("/livez").status, 200);
    rival.say("ROLLBACK");
  }
  ASSERT_TRUE(finished(engine, deployment, produced(deployment)));
  EXPECT_EQ(engine.words().find("partitions lost"), std::string::npos);
  EXPECT_EQ(engine.stop(), 0);
  judge({.number = 8,
         .what = "a sink stands still for longer than max.poll.interval.ms",
         .faults = full() ? "1 lock, 60 s" : "1 lock, 8 s"});
}

}  // namespace
}  // namespace assay::testing::faults
