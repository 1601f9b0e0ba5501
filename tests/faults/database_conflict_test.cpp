// Test 11: PostgreSQL ends our transaction for the sake of another one: a deadlock, a serialization
// failure, a lock that does not come. No record is at fault, and the next try passes.
#include "tests/faults/bench.hpp"
#include "tests/faults/rival.hpp"

namespace assay::testing::faults {
namespace {

constexpr std::int64_t kRecords = 60'000;
constexpr std::int64_t kMore = 1'000;  // of all partitions

class DatabaseConflict : public FaultBench {
 protected:
  void SetUp() override {
    if (const auto reason = servers_unavailable()) GTEST_SKIP() << *reason;
  }
  void TearDown() override {
    FaultBench::TearDown();
    if (!deployment_) return;
    as_superuser("ALTER ROLE assay_engine RESET ALL");
    as_superuser("DROP FUNCTION IF EXISTS give_way CASCADE");
    as_superuser("DROP SEQUENCE IF EXISTS given_way");
  }

  // Of each session that the engine's role opens from now on.
  static void set_for_engine(const std::string& setting) {
    as_superuser("ALTER ROLE assay_engine SET " + setting);
  }
  static bool waits_for_a_lock(Engine& engine) {
    return engine.until(
        [] { return ask_number("SELECT count(*) FROM pg_locks WHERE NOT granted") > 0; });
  }
  static std::size_t times_said(const Engine& engine, const std::string& words) {
    std::size_t times = 0;
    const auto said = engine.words();
    for (auto at = said.find(words); at != std::string::npos; at = said.find(words, at + 1))
      ++times;
    return times;
  }
  // A trouble is told once, and again when it was over meanwhile.
  static bool says_again(Engine& engine, const std::string& words, std::size_t before) {
    return engine.until([&] { return times_said(engine, words) > before; });
  }
  void finish_and_judge(Engine& engine, const std::string& what, const std::string& faults) {
    auto& deployment = *deployment_;
    ASSERT_TRUE(finished(engine, deployment, produced(deployment)));
    EXPECT_EQ(engine.stop(), 0);
    EXPECT_EQ(out_of_order(deployment), 0);
    EXPECT_EQ(times_said(engine, "halted"), 0U) << "nobody has to do anything";
    judge({.number = 11, .what = what, .faults = faults});
  }
};

TEST_F(DatabaseConflict, that_is_a_deadlock_costs_no_record) {
  auto& deployment = deploy_in_small_transactions("deadlock", kRecords);
  // Whoever looks first is the victim: ours. It has held its cursors long enough by then for the
  // other one to want them.
  set_for_engine("deadlock_timeout = '2s'");
  const auto engine = deployment.start();
  constexpr int kTimes = 3;
  for (int i = 0; i < kTimes; ++i) {
    ASSERT_TRUE(is_under_load(*engine, deployment));
    const auto before = times_said(*engine, "40P01");
    Rival rival;
    rival.say("SET deadlock_timeout = '60s'");
    rival.say("BEGIN");
    rival.say("LOCK TABLE transactions IN SHARE MODE");
    ASSERT_TRUE(waits_for_a_lock(*engine));
    rival.say("SELECT FROM assay_cursors WHERE group_id = '" + deployment.group() + "' FOR UPDATE");
    ASSERT_TRUE(says_again(*engine, "40P01", before));
    rival.say("ROLLBACK");
  }
  finish_and_judge(*engine, "a deadlock with another session",
                   std::to_string(kTimes) + " times 40P01");
}

TEST_F(DatabaseConflict, that_is_a_serialization_failure_costs_no_record) {
  auto& deployment = deploy_in_small_transactions("serial", kRecords);
  set_for_engine("default_transaction_isolation = 'repeatable read'");
  const auto engine = deployment.start();
  constexpr int kTimes = 4;
  for (int i = 0; i < kTimes; ++i) {
    ASSERT_TRUE(is_under_load(*engine, deployment));
    const auto before = times_said(*engine, "40001");
    Rival rival;
    rival.say("BEGIN");
    rival.say("UPDATE assay_cursors SET updated_at = now() WHERE group_id = '" +
              deployment.group() + "' AND partition = 0");
    deployment.produce_more(produced(deployment), kMore);  // that partition may be through
    ASSERT_TRUE(waits_for_a_lock(*engine));
    rival.say("COMMIT");
    ASSERT_TRUE(says_again(*engine, "40001", before));
  }
  finish_and_judge(*engine, "a cursor changes under a transaction that reads repeatably",
                   std::to_string(kTimes) + " times 40001");
}

TEST_F(DatabaseConflict, that_is_told_in_the_commit_costs_no_record) {
  auto& deployment = deploy_in_small_transactions("incommit", kRecords);
  // Once for each transaction, because the first row ends it; a sequence is not rolled back.
  as_superuser("CREATE SEQUENCE given_way");
  as_superuser(
      "CREATE FUNCTION give_way() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$ BEGIN "
      "IF nextval('given_way') % 10000 < 2 THEN RAISE EXCEPTION 'could not serialize access' USING "
      "ERRCODE = '40001'; END IF; RETURN NULL; END $$");
  as_superuser(
      "CREATE CONSTRAINT TRIGGER give_way AFTER INSERT ON transactions_default DEFERRABLE "
      "INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION give_way()");
  const auto engine = deployment.start();
  ASSERT_TRUE(says(*engine, "40001"));
  finish_and_judge(*engine, "PostgreSQL refuses the commit", "40001 at every 10000th row, twice");
}

TEST_F(DatabaseConflict, over_a_lock_that_does_not_come_costs_no_record) {
  auto& deployment = deploy_in_small_transactions("locked", kRecords);
  set_for_engine("lock_timeout = '100ms'");
  const auto engine = deployment.start();
  for (const std::string table : {"transactions", "fraud_transactions", "assay_cursors"}) {
    ASSERT_TRUE(is_under_load(*engine, deployment));
    const auto before = times_said(*engine, "55P03");
    Rival rival;
    rival.say("BEGIN");
    rival.say("LOCK TABLE " + table + " IN ACCESS EXCLUSIVE MODE");
    ASSERT_TRUE(says_again(*engine, "55P03", before)) << table;
    rival.say("ROLLBACK");
  }
  finish_and_judge(*engine, "somebody else holds a table", "3 times 55P03");
}

}  // namespace
}  // namespace assay::testing::faults
