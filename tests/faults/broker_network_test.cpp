// Tests 19 and 20: the network between us and the broker is cut, stands still, or is slow.
#include <thread>

#include "tests/faults/bench.hpp"
#include "tests/faults/proxy.hpp"

namespace assay::testing::faults {
namespace {

using namespace std::chrono_literals;

class BrokerNetwork : public FaultBench {
 protected:
  void SetUp() override {
    if (const auto reason = servers_unavailable()) GTEST_SKIP() << *reason;
    proxy_.emplace(kafka().behind_port(), kafka().proxy_port());
  }
  Deployment& deploy_behind_proxy(const std::string& name, std::int64_t records) {
    auto& deployment = deploy(name);
    deployment.reach_broker_at(proxy_->port());
    deployment.produce(static_cast<std::uint64_t>(records), seed());
    deployment.configure("memory: 8MiB\n" +
                         store_only(deployment, postgres().port(), "    batch: { rows: 50 }\n"));
    return deployment;
  }
  void finish_and_judge(Engine& engine, Line line) {
    auto& deployment = *deployment_;
    EXPECT_LT(deployment.stored(), produced(deployment))
        << "it was done too early to show anything";
    ASSERT_TRUE(finished(engine, deployment, produced(deployment)));
    EXPECT_EQ(engine.stop(), 0);
    judge(std::move(line));
  }

  std::optional<Proxy> proxy_;
};

TEST_F(BrokerNetwork, that_is_cut_again_and_again_under_load_costs_nothing) {
  auto& deployment = deploy_behind_proxy("brokercut", 150'000);
  const auto engine = deployment.start();
  constexpr int kCuts = 10;
  for (int i = 0; i < kCuts; ++i) {
    ASSERT_TRUE(is_under_load(*engine, deployment));
    // Anywhere in a fetch, in a commit, in a heartbeat.
    std::this_thread::sleep_for(std::chrono::milliseconds(below(50)));
    proxy_->reset();
  }
  finish_and_judge(*engine, {.number = 20,
                             .what = "the connections to the broker are cut under load",
                             .faults = std::to_string(kCuts) + " cuts"});
}

TEST_F(BrokerNetwork, that_stands_still_for_longer_than_the_session_costs_nothing) {
  auto& deployment = deploy_behind_proxy("brokerstall", 60'000);
  const auto engine = deployment.start();
  for (const bool half_open : {false, true}) {
    ASSERT_TRUE(is_under_load(*engine, deployment));
    proxy_->set({.half_open = half_open, .blackhole = !half_open});
    std::this_thread::sleep_for(7s);  // longer than the session of six seconds
    proxy_->set({});
  }
  finish_and_judge(*engine, {.number = 20,
                             .what = "nothing comes from the broker, and nobody hangs up",
                             .faults = "1 blackhole, 1 half-open, 7 s each"});
}

TEST_F(BrokerNetwork, that_is_slow_costs_nothing_but_time) {
  auto& deployment = deploy_behind_proxy("brokerslow", 60'000);
  proxy_->set({.latency = 200ms, .slice = 1'000});
  const auto engine = deployment.start();
  ASSERT_TRUE(is_under_load(*engine, deployment));
  ASSERT_TRUE(is_under_load(*engine, deployment));
  proxy_->set({.bytes_per_second = 20'000});
  ASSERT_TRUE(is_under_load(*engine, deployment));
  proxy_->set({});
  finish_and_judge(*engine, {.number = 20,
                             .what = "the network to the broker is slow",
                             .faults = "200 ms each way in slices of 1 kB, then 20 kB/s"});
}

}  // namespace
}  // namespace assay::testing::faults
