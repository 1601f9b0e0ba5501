// Test 9: PostgreSQL stops, crashes, throws everybody out, takes no more connections: no record is
// at fault.
#include <thread>

#include "tests/faults/bench.hpp"

namespace assay::testing::faults {
namespace {

class DatabaseRestart : public FaultBench {
 protected:
  // For a while: outages last, and nothing tells when one has lasted long enough.
  static void last() {
    std::this_thread::sleep_for(either(std::chrono::seconds(2), std::chrono::seconds(120)));
  }
};

TEST_F(DatabaseRestart, of_any_kind_makes_no_dead_letter_and_costs_no_record) {
  if (const auto reason = servers_unavailable()) GTEST_SKIP() << *reason;
  constexpr std::int64_t kRecords = 150'000;
  auto& deployment = deploy_in_small_transactions("restarts", kRecords);
  const auto engine = deployment.start();
  ASSERT_TRUE(is_under_load(*engine, deployment));
  postgres().stop();
  last();
  postgres().start_again();
  ASSERT_TRUE(is_under_load(*engine, deployment)) << "after a stop";
  postgres().kill();
  last();
  postgres().start_again();
  ASSERT_TRUE(is_under_load(*engine, deployment)) << "after a crash";
  for (int i = 0; i < 5; ++i) {
    as_superuser(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'assay_engine'");
    ASSERT_TRUE(is_under_load(*engine, deployment)) << "after its connections were ended";
  }
  as_superuser("ALTER ROLE assay_engine CONNECTION LIMIT 0");
  as_superuser(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'assay_engine'");
  last();
  as_superuser("ALTER ROLE assay_engine CONNECTION LIMIT -1");
  ASSERT_TRUE(is_under_load(*engine, deployment)) << "after it had no room for connections";
  EXPECT_LT(deployment.stored(), produced(deployment)) << "it was done too early to show anything";
  ASSERT_TRUE(finished(*engine, deployment, produced(deployment)));
  EXPECT_EQ(engine->stop(), 0);
  judge({.number = 9,
         .what = "PostgreSQL stops, crashes, ends connections, has no room for them",
         .faults = "1 stop, 1 crash, 6 times 57P01, 1 time 53300"});
}

}  // namespace
}  // namespace assay::testing::faults
