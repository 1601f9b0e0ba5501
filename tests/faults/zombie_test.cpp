// Test 5: a process that stands still for longer than its session, and goes on when another one has
// its partitions.
#include <signal.h>

#include "tests/faults/bench.hpp"

namespace assay::testing::faults {
namespace {

class Zombie : public FaultBench {};

TEST_F(Zombie, that_was_stopped_beyond_its_session_is_fenced_and_stores_nothing) {
  if (const auto reason = servers_unavailable()) GTEST_SKIP() << *reason;
  constexpr std::int64_t kRecords = 100'000;
  // So slow that the first has much under way when it is stopped, and the other much left to do.
  auto& deployment = deploy_in_small_transactions("zombie", kRecords);
  deployment.write("other.yaml", "source: { member: other }\n");
  const auto zombie = deployment.start();
  ASSERT_TRUE(zombie->until([&] { return deployment.stored() > 0; }));
  ASSERT_EQ(::kill(zombie->process(), SIGSTOP), 0);
  const auto before = deployment.stored();
  ASSERT_LT(before, kRecords) << "it was stopped too late to show anything";
  const auto other_log = deployment.folder() / "other.log";
  Engine other({deployment.folder() / "assay.yaml", deployment.folder() / "other.yaml"}, other_log);
  // The other one has its partitions only when its session is over.
  ASSERT_TRUE(other.until([&] { return deployment.stored() > before; })) << contents(other_log);
  ASSERT_EQ(::kill(zombie->process(), SIGCONT), 0);
  ASSERT_TRUE(finished(other, deployment, kRecords)) << contents(other_log);
  EXPECT_EQ(zombie->stop(), 0);
  EXPECT_EQ(other.stop(), 0);
  const auto words = deployment.words();
  EXPECT_NE(words.find("4 partitions lost"), std::string::npos);
  const bool by_cursor = words.find("another owner has taken the cursor") != std::string::npos;
  judge(
      {.number = 5,
       .what = "a process stands still beyond its session and goes on",
       .faults = "1 SIGSTOP",
       .remark = by_cursor ? "fenced by the cursor" : "told by the group, with nothing under way"});
}

}  // namespace
}  // namespace assay::testing::faults
