// Tests 12 and 13: rows that the table never takes, among many that it does, also while the
// database comes and goes.
#include <algorithm>
#include <atomic>
#include <set>

#include "tests/faults/bench.hpp"
#include "tests/faults/proxy.hpp"
#include "tests/integration/payments.hpp"
#include "tests/integration/topic.hpp"

namespace assay::testing::faults {
namespace {

using Offsets = std::set<std::int64_t>;

constexpr const char* kGood = "7";
constexpr const char* kBad = "seven";

// What the table has against bad rows.
struct Objection {
  std::string code;
  std::string change;  // of the table
};
const Objection kCheck{"23514", "ADD CONSTRAINT honest CHECK (merchant <> 'seven')"};
const Objection kLength{"22001",
                        "ADD COLUMN honest varchar(1) GENERATED ALWAYS AS (merchant) STORED"};
const Objection kSyntax{"22P02",
                        "ADD COLUMN honest numeric GENERATED ALWAYS AS (merchant::numeric) STORED"};

class BadRows : public FaultBench {
 protected:
  // One partition, so that the offset is the number of the payment; to those of `bad` the table
  // objects.
  Deployment& deploy_with(const std::string& name, std::int64_t count, const Offsets& bad,
                          const Objection& objection, const std::string& port) {
    auto& deployment = deploy(name);
    create_topic(kafka().address(), deployment.topic(), 1);
    create_topic(kafka().address(), deployment.holders(), 1);
    create_topic(kafka().address(), deployment.dead_letter_topic(), 1);
    std::vector<OutgoingRecord> records;
    for (std::int64_t i = 0; i < count; ++i) {
      records.push_back({payment({{"transaction_id", "tx-" + std::to_string(i)},
                                  {"merchant", bad.contains(i) ? kBad : kGood}}),
                         "7", 0});
    }
    produce_records(kafka().address(), deployment.topic(), records);
    code_ = objection.code;
    ask("ALTER TABLE transactions " + objection.change);
    deployment.configure(store_only(deployment, port));
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
      EXPECT_EQ(letter.header("assay.errors.code"), code_);
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
    if (!deployment_) return;
    ask("ALTER TABLE transactions DROP CONSTRAINT IF EXISTS honest, DROP COLUMN IF EXISTS honest");
  }
  // So many, wherever chance has it.
  Offsets some(std::size_t many, std::int64_t count, Offsets with = {}) {
    while (with.size() < many) {
      with.insert(static_cast<std::int64_t>(below(static_cast<std::uint64_t>(count))));
    }
    return with;
  }

  void expect_set_apart(const std::string& name, std::int64_t count, const Offsets& bad,
                        const Objection& objection = kCheck) {
    auto& deployment = deploy_with(name, count, bad, objection, postgres().port());
    const auto engine = start_unguarded(deployment);
    ASSERT_TRUE(finished(*engine, deployment, count));
    EXPECT_EQ(engine->stop(), 0);
    judge_apart(count, bad,
                {.number = 12,
                 .what = "rows that the table never takes",
                 .faults = std::to_string(bad.size()) + " of " + std::to_string(count) + ", " +
                           objection.code});
  }

 private:
  std::string code_;  // which every dead letter is to have
};

constexpr std::int64_t kMany = 5'000;

TEST_F(BadRows, alone_costs_one_record) {
  if (const auto reason = servers_unavailable()) GTEST_SKIP() << *reason;
  expect_set_apart("badone", kMany, some(1, kMany));
}

TEST_F(BadRows, at_the_edges_and_anywhere_between_cost_themselves_alone) {
  if (const auto reason = servers_unavailable()) GTEST_SKIP() << *reason;
  expect_set_apart("badseven", kMany, some(7, kMany, {0, 1, kMany - 1}));
}

TEST_F(BadRows, that_are_all_there_is_are_all_set_apart) {
  if (const auto reason = servers_unavailable()) GTEST_SKIP() << *reason;
  const auto count = either<std::int64_t>(500, kMany);
  Offsets bad;
  for (std::int64_t i = 0; i < count; ++i) bad.insert(i);
  expect_set_apart("badall", count, bad);
}

TEST_F(BadRows, that_are_too_long_cost_themselves_alone) {
  if (const auto reason = servers_unavailable()) GTEST_SKIP() << *reason;
  expect_set_apart("badlong", kMany, some(7, kMany), kLength);
}

TEST_F(BadRows, that_cannot_be_read_as_their_type_cost_themselves_alone) {
  if (const auto reason = servers_unavailable()) GTEST_SKIP() << *reason;
  expect_set_apart("badsyntax", kMany, some(7, kMany), kSyntax);
}

TEST_F(BadRows, are_still_the_only_ones_set_apart_when_the_database_goes_down_meanwhile) {
  if (const auto reason = servers_unavailable()) GTEST_SKIP() << *reason;
  constexpr std::int64_t kBadOnes = 300;
  const auto bad = some(kBadOnes, kMany);
  Proxy proxy(static_cast<std::uint16_t>(std::stoi(postgres().port())));
  auto& deployment = deploy_with("badoutage", kMany, bad, kCheck, std::to_string(proxy.port()));
  const auto letters = [&] {
    return length_of_topic(kafka().address(), deployment.dead_letter_topic());
  };
  // Also the answer that names a bad row may be lost. Not so often that the engine gives the server
  // a rest for half a minute.
  std::mt19937_64 random(seed());
  std::atomic<int> cuts = 0;
  proxy.cut_where([&](std::string_view) {
    if (cuts >= 5 || random() % 50 != 0) return Cut::none;
    ++cuts;
    return random() % 2 == 0 ? Cut::before : Cut::after;
  });
  const auto engine = start_unguarded(deployment);
  constexpr int kCrashes = 2;
  for (int i = 0; i < kCrashes; ++i) {
    const auto before = letters();
    ASSERT_TRUE(engine->until([&] { return letters() > before + kBadOnes / 10; }));
    postgres().kill();
    postgres().start_again();
  }
  EXPECT_LT(letters(), kBadOnes) << "they were all found too early to show anything";
  ASSERT_TRUE(finished(*engine, deployment, kMany));
  EXPECT_EQ(engine->stop(), 0);
  EXPECT_GT(cuts, 0);
  judge_apart(kMany, bad,
              {.number = 13,
               .what = "the database goes down while bad rows are looked for",
               .faults = std::to_string(kBadOnes) + " of " + std::to_string(kMany) + ", " +
                         std::to_string(kCrashes) + " crashes, " + std::to_string(cuts) +
                         " connections cut"});
}

}  // namespace
}  // namespace assay::testing::faults
