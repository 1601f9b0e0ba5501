// Test 7: partitions are taken away in the midst of a flush that takes three seconds. What is
// delivered within the grace time is committed before they are given up. What is not is left to the
// next owner, and nobody stores it behind his back.
#include "tests/faults/bench.hpp"
#include "tests/plugins/sinks/sql/postgres_store.hpp"

namespace assay::testing::faults {
namespace {

constexpr std::int64_t kRecords = 20'000;
constexpr std::int64_t kParcel = 512;  // the most that is stored at once, below

class Drain : public FaultBench {
 protected:
  void SetUp() override {
    if (const auto reason = servers_unavailable()) GTEST_SKIP() << *reason;
    take_for_each_flush("3");
    as_superuser(
        "CREATE TRIGGER take_time AFTER INSERT ON transactions FOR EACH STATEMENT EXECUTE FUNCTION "
        "take_time()");
  }
  void TearDown() override {
    FaultBench::TearDown();
    if (!IsSkipped()) as_superuser("DROP FUNCTION take_time CASCADE");
  }
  static void take_for_each_flush(const std::string& seconds) {
    as_superuser(
        "CREATE OR REPLACE FUNCTION take_time() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "PERFORM pg_sleep(" +
        seconds + "); RETURN NULL; END $$");
  }
  static bool is_in_mid_flush(Engine& engine) {
    return engine.until([] {
      return sinks::ask_postgres(postgres().superuser(),
                                 "SELECT count(*) FROM pg_stat_activity WHERE wait_event = "
                                 "'PgSleep'") != std::vector<std::string>{"0"};
    });
  }
};

TEST_F(Drain, in_mid_flush_commits_what_is_finished_and_leaves_the_rest_to_the_next_owner) {
  auto& deployment = deploy("drained");
  deployment.produce(kRecords, seed());
  // More flushes under way than fit into the grace time of 20 s.
  deployment.configure("memory: 8MiB\nworkers: 1\n" +
                       store_only(deployment, postgres().port(), "    batch: { rows: 1 }\n"));
  deployment.write("other.yaml", "source: { member: other }\n");
  const auto first = deployment.start();
  ASSERT_TRUE(first->until([&] { return deployment.stored() > 0; }));
  ASSERT_TRUE(is_in_mid_flush(*first));
  const auto before = deployment.stored();
  const auto other_log = deployment.folder() / "other.log";
  Engine other({deployment.folder() / "assay.yaml", deployment.folder() / "other.yaml"}, other_log);
  ASSERT_TRUE(says(*first, "the drain is cut short"));
  ASSERT_TRUE(says(*first, "4 partitions given up"));
  const auto committed = deployment.committed();
  const auto stored = deployment.stored();
  EXPECT_GT(committed, before) << "the flush that was under way is finished";
  EXPECT_LE(committed, stored) << "nothing is committed that is not stored";
  EXPECT_LE(stored - committed, kParcel) << "what is finished is committed";
  EXPECT_LT(stored, kRecords) << "it was done too early to show anything";
  take_for_each_flush("0");
  ASSERT_TRUE(finished(other, deployment, kRecords)) << contents(other_log);
  EXPECT_EQ(first->stop(), 0);
  EXPECT_EQ(other.stop(), 0);
  judge({.number = 7,
         .what = "partitions are taken away in mid flush",
         .faults = "1 rebalance, 3 s for each flush",
         .remark = std::to_string(committed) + " finished and committed in time"});
}

}  // namespace
}  // namespace assay::testing::faults
