// Test 12: rows that the table never takes, among many that it does.
#include <algorithm>
#include <set>

#include "tests/faults/bench.hpp"
#include "tests/integration/payments.hpp"
#include "tests/integration/topic.hpp"

namespace assay::testing::faults {
namespace {

using Offsets = std::set<std::int64_t>;

class BadRows : public FaultBench {
 protected:
  // One partition, so that the offset is the number of the payment; those of `bad` break a check of
  // the table.
  Deployment& deploy_with(const std::string& name, std::int64_t count, const Offsets& bad) {
    auto& deployment = deploy(name);
    create_topic(kafka().address(), deployment.topic(), 1);
    create_topic(kafka().address(), deployment.holders(), 1);
    create_topic(kafka().address(), deployment.dead_letter_topic(), 1);
    std::vector<OutgoingRecord> records;
    for (std::int64_t i = 0; i < count; ++i) {
      records.push_back({payment({{"transaction_id", "tx-" + std::to_string(i)},
                                  {"merchant", bad.contains(i) ? "Bad" : "Bakery"}}),
                         "7", 0});
    }
    produce_records(kafka().address(), deployment.topic(), records);
    ask("ALTER TABLE transactions ADD CONSTRAINT honest CHECK (merchant <> 'Bad')");
    deployment.configure(store_only(deployment, postgres().port()));
    // Many bad rows are what is tried here, and no mistake of the deployment.
    deployment.write("unguarded.yaml", "dead_letters: { guard: { count: 1000000 } }\n");
    return deployment;
  }
  static std::unique_ptr<Engine> start_unguarded(const Deployment& deployment) {
    return std::make_unique<Engine>(
        std::vector{deployment.folder() / "assay.yaml", deployment.folder() / "unguarded.yaml"},
        deployment.folder() / "engine.log");
  }
  // Exactly the bad ones are dead letters, once each and with their SQLSTATE; exactly the others
  // are stored, once each. The line goes into the table.
  void judge_apart(std::int64_t count, const Offsets& bad, Line line) {
    const auto& deployment = *deployment_;
    std::vector<std::int64_t> lettered;
    for (const auto& letter : read_topic(kafka().address(), deployment.dead_letter_topic())) {
      EXPECT_EQ(letter.header("assay.errors.code"), "23514");
      lettered.push_back(std::stoll(letter.header("__connect.errors.offset")));
    }
    std::ranges::sort(lettered);
    EXPECT_TRUE(std::ranges::equal(lettered, bad)) << lettered.size() << " dead letters";
    std::vector<std::int64_t> stored;
    for (const auto& offset : ask("SELECT record_offset FROM transactions WHERE topic = '" +
                                  deployment.topic() + "' ORDER BY xmin::text::bigint, ctid")) {
      stored.push_back(std::stoll(offset));
    }
    std::vector<std::int64_t> expected;
    for (std::int64_t i = 0; i < count; ++i) {
      if (!bad.contains(i)) expected.push_back(i);
    }
    EXPECT_EQ(stored, expected) << "in the order of the topic";
    line.records = count;
    line.dead_letters = static_cast<std::int64_t>(lettered.size());
    const std::set<std::int64_t> different(stored.begin(), stored.end());
    line.lost = count - line.dead_letters - static_cast<std::int64_t>(different.size());
    line.twice = static_cast<std::int64_t>(stored.size() - different.size());
    conclude(std::move(line));
  }
  void TearDown() override {
    FaultBench::TearDown();
    if (deployment_) ask("ALTER TABLE transactions DROP CONSTRAINT IF EXISTS honest");
  }

  void expect_set_apart(const std::string& name, std::int64_t count, const Offsets& bad) {
    auto& deployment = deploy_with(name, count, bad);
    const auto engine = start_unguarded(deployment);
    ASSERT_TRUE(finished(*engine, deployment, count));
    EXPECT_EQ(engine->stop(), 0);
    judge_apart(count, bad,
                {.number = 12,
                 .what = "rows that the table never takes",
                 .faults = std::to_string(bad.size()) + " of " + std::to_string(count)});
  }
};

constexpr std::int64_t kMany = 5'000;

TEST_F(BadRows, alone_costs_one_record) {
  if (const auto reason = servers_unavailable()) GTEST_SKIP() << *reason;
  expect_set_apart("badone", kMany, {static_cast<std::int64_t>(below(kMany))});
}

TEST_F(BadRows, at_the_edges_and_anywhere_between_cost_themselves_alone) {
  if (const auto reason = servers_unavailable()) GTEST_SKIP() << *reason;
  Offsets bad{0, 1, kMany - 1};
  while (bad.size() < 7) bad.insert(static_cast<std::int64_t>(below(kMany)));
  expect_set_apart("badseven", kMany, bad);
}

TEST_F(BadRows, that_are_all_there_is_are_all_set_apart) {
  if (const auto reason = servers_unavailable()) GTEST_SKIP() << *reason;
  const auto count = either<std::int64_t>(500, kMany);
  Offsets bad;
  for (std::int64_t i = 0; i < count; ++i) bad.insert(i);
  expect_set_apart("badall", count, bad);
}

}  // namespace
}  // namespace assay::testing::faults
