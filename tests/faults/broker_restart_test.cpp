// Test 19: the broker is stopped and started again, and killed and started again, under load.
#include <thread>

#include "tests/faults/bench.hpp"

namespace assay::testing::faults {
namespace {

class BrokerRestart : public FaultBench {
 protected:
  // For a while: outages last, and nothing tells when one has lasted long enough.
  static void last() {
    std::this_thread::sleep_for(either(std::chrono::seconds(2), std::chrono::seconds(120)));
  }
};

TEST_F(BrokerRestart, of_either_kind_under_load_costs_nothing) {
  if (const auto reason = servers_unavailable()) GTEST_SKIP() << *reason;
  constexpr std::int64_t kRecords = 100'000;
  auto& deployment = deploy_in_small_transactions("brokerrestart", kRecords);
  const auto engine = deployment.start();
  ASSERT_TRUE(is_under_load(*engine, deployment));
  kafka().stop();
  last();
  kafka().start_again();
  ASSERT_TRUE(is_under_load(*engine, deployment)) << "after a stop";
  kafka().kill();
  last();
  kafka().start_again();
  EXPECT_LT(deployment.stored(), produced(deployment)) << "it was done too early to show anything";
  ASSERT_TRUE(finished(*engine, deployment, produced(deployment)));
  EXPECT_EQ(engine->stop(), 0);
  judge({.number = 19, .what = "the broker goes away and comes back", .faults = "1 stop, 1 kill"});
}

}  // namespace
}  // namespace assay::testing::faults
