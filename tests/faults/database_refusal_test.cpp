// Test 9: PostgreSQL answers, and says no: it is read-only, or its disk is full. No record is at
// fault, and nobody has to do anything.
#include "tests/faults/bench.hpp"
#include "tests/faults/small_disk.hpp"

namespace assay::testing::faults {
namespace {

constexpr std::int64_t kRecords = 40'000;

class DatabaseRefusal : public FaultBench {};

TEST_F(DatabaseRefusal, of_writes_is_waited_out_without_keeping_a_session_there) {
  if (const auto reason = servers_unavailable()) GTEST_SKIP() << *reason;
  auto& deployment = deploy_in_small_transactions("readonly", kRecords);
  const auto engine = deployment.start();
  ASSERT_TRUE(is_under_load(*engine, deployment));
  as_superuser("ALTER SYSTEM SET default_transaction_read_only = on");
  as_superuser("SELECT pg_reload_conf()");
  EXPECT_TRUE(says(*engine, "25006"));
  // An old primary that lives on as a standby must not hold us: a session there never writes again.
  EXPECT_TRUE(engine->until([] {
    return ask_number("SELECT count(*) FROM pg_stat_activity WHERE usename = 'assay_engine'") == 0;
  }));
  EXPECT_LT(deployment.stored(), produced(deployment)) << "it was done too early to show anything";
  as_superuser("ALTER SYSTEM RESET default_transaction_read_only");
  as_superuser("SELECT pg_reload_conf()");
  ASSERT_TRUE(finished(*engine, deployment, produced(deployment)));
  EXPECT_EQ(engine->stop(), 0);
  EXPECT_EQ(out_of_order(deployment), 0);
  judge({.number = 9, .what = "PostgreSQL is read-only for a while", .faults = "25006"});
}

class FullDisk : public DatabaseRefusal {
 protected:
  void SetUp() override {
    if (const auto reason = servers_unavailable()) GTEST_SKIP() << *reason;
    if (const auto reason = SmallDisk::unavailable()) GTEST_SKIP() << *reason;
    disk_.emplace(64);
    as_superuser("CREATE TABLESPACE small LOCATION '" + disk_->tablespace().string() + "'");
    as_superuser("ALTER TABLE transactions_default SET TABLESPACE small");
  }
  void TearDown() override {
    DatabaseRefusal::TearDown();
    if (!disk_) return;
    disk_->make_room();
    as_superuser("TRUNCATE transactions");
    as_superuser("ALTER TABLE transactions_default SET TABLESPACE pg_default");
    as_superuser("DROP TABLESPACE small");
  }

  std::optional<SmallDisk> disk_;
};

TEST_F(FullDisk, of_the_database_is_waited_out) {
  auto& deployment = deploy_in_small_transactions("fulldisk", kRecords);
  const auto engine = deployment.start();
  ASSERT_TRUE(is_under_load(*engine, deployment));
  disk_->fill();
  EXPECT_TRUE(says(*engine, "53100"));
  EXPECT_LT(deployment.stored(), produced(deployment)) << "it was done too early to show anything";
  disk_->make_room();
  ASSERT_TRUE(finished(*engine, deployment, produced(deployment)));
  EXPECT_EQ(engine->stop(), 0);
  EXPECT_EQ(out_of_order(deployment), 0);
  judge({.number = 9, .what = "PostgreSQL's disk is full for a while", .faults = "53100"});
}

}  // namespace
}  // namespace assay::testing::faults
