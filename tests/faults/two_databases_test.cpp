// Test 31: two chains store the same records in two databases, each with a cursor of its own. One
// database goes away, then the other, and the engine is killed while their cursors are apart.
#include <algorithm>
#include <cstdlib>
#include <thread>
#include <utility>

#include "tests/faults/bench.hpp"
#include "tests/plugins/sinks/sql/postgres_store.hpp"

namespace assay::testing::faults {
namespace {

constexpr std::int64_t kRecords = 60'000;

class TwoDatabases : public FaultBench {
 protected:
  void SetUp() override {
    if (const auto reason = servers_unavailable()) GTEST_SKIP() << *reason;
    sinks::PostgresStore store(second_.emplace());
    const auto sink = store.sink(store.owner_settings());
    const auto said = sinks::migrate(*sink);
    ASSERT_TRUE(said.done) << said.text;
  }
  [[nodiscard]] std::vector<std::string> ask_second(const std::string& query) const {
    return sinks::ask_postgres(second_->owner(), query);
  }
  [[nodiscard]] std::int64_t stored_in_second() const {
    return std::stoll(
        ask_second("SELECT coalesce(sum(next_offset), 0) FROM assay_cursors WHERE step = "
                   "'copy.store'")
            .at(0));
  }
  // Every row with its decision, and how many there are.
  [[nodiscard]] std::string digest() const {
    return "SELECT count(*), md5(string_agg(concat_ws(' ', partition, record_offset, "
           "transaction_id, decision), ',' ORDER BY partition, record_offset, transaction_id)) "
           "FROM transactions WHERE topic = '" +
           deployment_->topic() + "'";
  }

  // One goes on until memory is full while the other is away; then the engine dies.
  void drift(PostgresServer& away) {
    auto& deployment = *deployment_;
    const bool second_is_away = &away != &postgres();
    const auto stored = [&] { return second_is_away ? deployment.stored() : stored_in_second(); };
    const auto engine = deployment.start();
    const auto in_second = stored_in_second();
    ASSERT_TRUE(is_under_load(*engine, deployment));
    ASSERT_TRUE(engine->until([&] { return stored_in_second() > in_second; }));
    away.stop();
    ASSERT_TRUE(engine->until([&, before = std::int64_t{-1}]() mutable {
      std::this_thread::sleep_for(std::chrono::milliseconds(300));  // between two flushes
      const auto now = stored();
      return now == std::exchange(before, now);
    }));
    engine->kill();
    away.start_again();
    const auto apart = deployment.stored() - stored_in_second();
    EXPECT_TRUE(second_is_away ? apart > 0 : apart < 0) << apart;
    most_apart_ = std::max(most_apart_, std::abs(apart));
  }

  std::optional<PostgresServer> second_;
  std::int64_t most_apart_ = 0;  // records
};

TEST_F(TwoDatabases, with_cursors_apart_store_every_record_once_each_over_restarts) {
  auto& deployment = deploy("twodatabases");
  deployment.produce(kRecords, seed());
  deployment.configure(
      "memory: 8MiB\n" +
      deployment.whole(
          Deployment::postgres_sink_at(postgres().port(), "    batch: { rows: 50 }\n") +
              Deployment::postgres_sink_of(*second_, "copy", "    batch: { rows: 50 }\n"),
          "  main:\n    store: { sink: db, required: true }\n"
          "  copy:\n    store: { sink: copy, required: true }\n"));
  const int drifts = either(1, 5);
  for (int i = 0; i < drifts; ++i) {
    ASSERT_NO_FATAL_FAILURE(drift(*second_));
    ASSERT_NO_FATAL_FAILURE(drift(postgres()));
  }
  EXPECT_LT(deployment.stored(), produced(deployment)) << "it was done too early to show anything";
  const auto engine = deployment.start();
  ASSERT_TRUE(finished(*engine, deployment, produced(deployment)));
  EXPECT_EQ(engine->stop(), 0);
  EXPECT_EQ(ask_second(digest()), ask(digest()));
  judge({.number = 31,
         .what = "two databases whose cursors are apart, and restarts",
         .faults = std::to_string(2 * drifts) + " outages, each with a kill",
         .remark = "at most " + std::to_string(most_apart_) + " records apart"});
}

}  // namespace
}  // namespace assay::testing::faults
