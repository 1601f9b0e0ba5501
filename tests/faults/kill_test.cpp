// Test 3: `kill -9` at random moments under load.
#include <algorithm>
#include <thread>

#include "tests/faults/bench.hpp"

namespace assay::testing::faults {
namespace {

using Clock = std::chrono::steady_clock;

class Kill : public FaultBench {};

TEST_F(Kill, at_random_moments_under_load_loses_nothing_and_stores_nothing_twice) {
  if (const auto reason = servers_unavailable()) GTEST_SKIP() << *reason;
  const int kills = either(10, 200);
  // More than twice as many as a fast machine stores between two kills; more comes as it is needed.
  constexpr std::int64_t kAhead = 20'000;
  std::int64_t records = std::min(kills, 10) * kAhead;
  auto& deployment = deploy("kills");
  deployment.produce(static_cast<std::uint64_t>(records), seed());
  // So slow that work is left for the last kill: little memory, small transactions.
  deployment.configure("memory: 8MiB\n" +
                       store_only(deployment, postgres().port(), "    batch: { rows: 100 }\n"));
  std::vector<std::chrono::milliseconds> recovered;
  for (int i = 0; i < kills; ++i) {
    const auto before = deployment.stored();
    if (records - before < 2 * kAhead) {
      deployment.produce_more(records, 2 * kAhead);
      records += 2 * kAhead;
    }
    ASSERT_LT(before, records) << "all is stored before the last kill";
    const auto began = Clock::now();
    const auto engine = deployment.start();
    ASSERT_TRUE(engine->until([&] { return deployment.stored() > before; }));
    recovered.push_back(std::chrono::ceil<std::chrono::milliseconds>(Clock::now() - began));
    // Anywhere in a transaction, in a commit, in a poll: this is the fault itself, no wait for
    // something.
    std::this_thread::sleep_for(std::chrono::milliseconds(below(100)));
    engine->kill();
  }
  EXPECT_LT(deployment.stored(), records) << "it was killed too late to show anything";
  const auto engine = deployment.start();
  ASSERT_TRUE(finished(*engine, deployment, records));
  EXPECT_EQ(engine->stop(), 0);
  std::ranges::sort(recovered);
  judge({.number = 3,
         .what = "`kill -9` under load",
         .faults = std::to_string(kills) + " kills",
         .remark = "start to first new row: median " +
                   std::to_string(recovered[recovered.size() / 2].count()) + " ms, worst " +
                   std::to_string(recovered.back().count()) + " ms"});
}

}  // namespace
}  // namespace assay::testing::faults
