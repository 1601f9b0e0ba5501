// Test 6: members join the group and leave it every two seconds, in good order or dead, while
// records come all the time.
#include <algorithm>
#include <array>
#include <chrono>
#include <exception>
#include <thread>

#include "tests/faults/bench.hpp"
#include "tests/faults/steady_bank.hpp"

namespace assay::testing::faults {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr std::int64_t kPartitions = 4;

// For how long each partition's cursor stood still before it moved on, as somebody sees it who
// looks every tenth of a second. A cursor that never moves again is for others to find: then the
// topic is not finished.
//
// Thread: it looks from one of its own.
class Standstill {
 public:
  // The deployment outlives it.
  explicit Standstill(const Deployment& deployment)
      : deployment_(&deployment), thread_([this](const std::stop_token& stop) {
          moved_.fill(Clock::now());
          try {
            while (!stop.stop_requested()) {
              look();
              std::this_thread::sleep_for(100ms);
            }
            look();
          } catch (const std::exception& failure) {
            ADD_FAILURE() << failure.what();
          }
        }) {}

  // Stops looking.
  [[nodiscard]] std::chrono::milliseconds longest() {
    thread_.request_stop();
    if (thread_.joinable()) thread_.join();
    return std::chrono::ceil<std::chrono::milliseconds>(longest_);
  }

 private:
  void look() {
    for (std::size_t partition = 0; partition < moved_.size(); ++partition) {
      const auto next =
          ask_number("SELECT coalesce(max(next_offset), 0) FROM assay_cursors WHERE group_id = '" +
                     deployment_->group() + "' AND partition = " + std::to_string(partition));
      if (next == next_[partition]) continue;
      const auto now = Clock::now();
      longest_ = std::max(longest_, now - moved_[partition]);
      next_[partition] = next;
      moved_[partition] = now;
    }
  }

  const Deployment* deployment_;
  std::array<std::int64_t, kPartitions> next_{};
  std::array<Clock::time_point, kPartitions> moved_{};
  Clock::duration longest_{};
  std::jthread thread_;  // begins when everything else is there, and ends first
};

class RebalanceStorm : public FaultBench {};

TEST_F(RebalanceStorm, of_members_that_come_and_go_costs_nothing_and_idles_no_partition) {
  if (const auto reason = servers_unavailable()) GTEST_SKIP() << *reason;
  const auto lasts = either(15s, 600s);
  constexpr std::int64_t kPerSecond = 500;
  const auto records = lasts.count() * kPerSecond;
  auto& deployment = deploy("storm");
  // Members that the group forgets when they leave, and that have nothing to replay.
  deployment.configure("dedupe: { horizon: 0 }\n" + store_only(deployment, postgres().port()));
  deployment.write("passing.yaml", "source: { member: none }\n");
  const std::vector files{deployment.folder() / "assay.yaml", deployment.folder() / "passing.yaml"};
  const SteadyBank bank(deployment, records, kPerSecond);
  ASSERT_TRUE(bank.begins());
  Engine stays(files, deployment.folder() / "engine.log");
  ASSERT_TRUE(stays.until([&] { return deployment.stored() > 0; }));

  constexpr std::size_t kPassing = 2;
  std::array<std::unique_ptr<Engine>, kPassing> passing;
  int joined = 0;
  int left = 0;
  int killed = 0;
  Standstill standstill(deployment);
  for (const auto end = Clock::now() + lasts; Clock::now() < end;) {
    auto& one = passing.at(below(kPassing));
    if (!one) {
      one = std::make_unique<Engine>(files, deployment.folder() / "passing.log");
      ++joined;
    } else if (below(4) == 0) {
      one.reset();  // dead
      ++killed;
    } else {
      EXPECT_EQ(one->stop(), 0);
      one.reset();
      ++left;
    }
    std::this_thread::sleep_for(2s);
    ASSERT_TRUE(stays.running());
  }
  for (auto& one : passing) {
    if (one) {
      EXPECT_EQ(one->stop(), 0);
    }
  }
  ASSERT_TRUE(finished(stays, deployment, records))
      << contents(deployment.folder() / "passing.log");
  EXPECT_EQ(stays.stop(), 0);
  const auto longest = standstill.longest();
  // The group waits for a dead member until its session ends, and again for one that dies
  // meanwhile; whatever it waits for besides ends in less than two sessions.
  constexpr auto kSession = 6s;
  EXPECT_LT(longest, std::min<std::chrono::milliseconds>((killed + 2) * kSession, 40s));
  judge(
      {.number = 6,
       .what = "members come and go every two seconds",
       .faults = std::to_string(joined) + " joined, " + std::to_string(left) + " left, " +
                 std::to_string(killed) + " killed",
       .remark = "a partition stood still for " + std::to_string(longest.count()) + " ms at most"});
}

}  // namespace
}  // namespace assay::testing::faults
