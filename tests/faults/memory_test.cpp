// Test 21: ten times as much to read as the budget holds, and a sink that takes nothing.
#include <fstream>
#include <sstream>
#include <thread>

#include "tests/faults/bench.hpp"
#include "tests/faults/proxy.hpp"
#include "tests/integration/topic.hpp"

namespace assay::testing::faults {
namespace {

constexpr std::int64_t kBudget = 16;  // MiB
constexpr std::int64_t kTimes = 10;

// Of a process, in MiB.
std::int64_t resident(pid_t process) {
  std::ifstream status("/proc/" + std::to_string(process) + "/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("VmRSS:")) return std::stoll(line.substr(6)) / 1024;
  }
  return 0;
}

class Memory : public FaultBench {};

TEST_F(Memory, stays_in_its_budget_at_ten_times_overload_with_a_stuck_sink) {
  if (const auto reason = servers_unavailable()) GTEST_SKIP() << *reason;
  constexpr std::int64_t kRecords = 600'000;  // of somewhat more than 250 bytes
  auto& deployment = deploy("memory");
  Proxy proxy(static_cast<std::uint16_t>(std::stoi(postgres().port())));
  deployment.produce(100, seed());
  deployment.configure("memory: " + std::to_string(kBudget) + "MiB\nfeatures: { memory: 1MiB }\n" +
                       store_only(deployment, std::to_string(proxy.port())));
  const auto engine = deployment.start();
  ASSERT_TRUE(finished(*engine, deployment, 100));
  // What it takes with nothing to do is no matter of the budget.
  const auto idle = resident(engine->process());
  proxy.set({.half_open = true});
  deployment.produce(kRecords, seed() + 1);
  const auto looked_at = [&] {
    const auto now = resident(engine->process());
    return now - idle;
  };
  std::int64_t most = 0;
  // It has read what it could when it stands still: looks, while the sink's own deadline passes
  // more than once.
  for (int i = 0; i < either(100, 1'200); ++i) {
    most = std::max(most, looked_at());
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
  EXPECT_LE(most, kBudget * 12 / 10) << "MiB above " << idle;
  ASSERT_TRUE(engine->running());
  proxy.set({});
  ASSERT_TRUE(finished(*engine, deployment, 100 + kRecords));
  EXPECT_EQ(engine->stop(), 0);
  judge({.number = 21,
         .what = "a stuck sink under overload",
         .faults = std::to_string(kTimes) + " budgets of " + std::to_string(kBudget) + " MiB",
         .remark = std::to_string(most) + " MiB at most above the " + std::to_string(idle) +
                   " MiB of an idle process"});
}

}  // namespace
}  // namespace assay::testing::faults
