// Partitions whose clocks disagree by hours, read by two engines that the group moves them between:
// what they share is counted as if one worker had read all of it, and nothing stands still.
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "tests/integration/deployment.hpp"
#include "tests/integration/payments.hpp"
#include "tests/integration/topic.hpp"

namespace assay::testing {
namespace {

constexpr std::int32_t kPartitions = 4;
constexpr std::int64_t kEach = 15'000;
constexpr std::int64_t kMany = kPartitions * kEach;
constexpr std::int64_t kApart =
    std::int64_t{2} * 3'600;  // seconds between the clocks of two partitions
// Between two payments of a shop lies more than the alignment, in whichever partitions they are.
constexpr std::int64_t kStep = 24;
constexpr std::int64_t kPhase = kStep / 2;

// A shop's payments are in two partitions next to each other: an engine has both or neither, and
// each has workers of its own.
std::vector<OutgoingRecord> payments() {
  std::vector<OutgoingRecord> records;
  const auto start = noon_seconds() - kEach * kStep - kPartitions * kApart;
  for (std::int32_t partition = 0; partition < kPartitions; ++partition) {
    for (std::int64_t i = 0; i < kEach; ++i) {
      const auto number = std::to_string(partition) + "-" + std::to_string(i);
      const auto shop = std::to_string(partition / 2) + "-" + std::to_string(i % 5);
      records.push_back(
          {.value = payment({{"transaction_id", number},
                             {"timestamp", start + partition * (kApart + kPhase) + i * kStep},
                             {"user_id", std::int64_t{100} * partition + i % 50},
                             {"amount", 10 + i % 7},
                             {"merchant", "Shop " + shop}}),
           .key = number,
           .partition = partition});
    }
  }
  return records;
}

void add_shared_rule(const Deployment& deployment) {
  deployment.write("rules/crowd.yaml", R"(rule: crowd
version: 1
owner: cards
mode: live
features:
  times: count() by merchant over 1h
  spent: sum(amount) by merchant over 6h
when: times > 0
score: 0.5
reason: "{times} payments, {spent}"
)");
}

std::string main_job(const Deployment& deployment, int workers) {
  return "workers: " + std::to_string(workers) + "\n" +
         deployment.whole(Deployment::postgres_sink(),
                          "  main:\n    store: { sink: db, required: true }\n");
}

std::vector<std::string> decisions(const Deployment& deployment) {
  return ask(
      "SELECT partition, record_offset, decision, reasons FROM fraud_transactions "
      "WHERE topic = '" +
      deployment.topic() + "' ORDER BY 1, 2, 4");
}

TEST(TwoEngines, decide_as_one_worker_does_over_a_rebalance_in_mid_flow) {
  if (const auto reason = servers_unavailable()) GTEST_SKIP() << *reason;
  Deployment alone("alone");
  create_topic(kafka().address(), alone.topic(), kPartitions);
  create_topic(kafka().address(), alone.holders(), 1);
  ASSERT_NO_FATAL_FAILURE(produce_records(kafka().address(), alone.topic(), payments()));
  add_shared_rule(alone);
  alone.configure(main_job(alone, 1));
  {
    const auto engine = alone.start();
    ASSERT_TRUE(engine->until([&] { return alone.committed() == kMany; })) << alone.words();
    EXPECT_EQ(engine->stop(), 0);
  }
  const auto expected = decisions(alone);
  ASSERT_EQ(expected.size(), static_cast<std::size_t>(kMany));
  ask("TRUNCATE transactions, fraud_transactions, shadow_hits, account_holders, assay_cursors");

  Deployment pair("pair");
  pair.read_topics_of(alone);
  add_shared_rule(pair);
  pair.configure(main_job(pair, 2));
  pair.write("other.yaml", "source: { member: other }\n");
  const auto first = pair.start();
  ASSERT_TRUE(first->until([&] { return pair.stored() > kMany / 20; })) << pair.words();
  const auto other_log = pair.folder() / "other.log";
  Engine other({pair.folder() / "assay.yaml", pair.folder() / "other.yaml"}, other_log);
  ASSERT_TRUE(other.until([&] {
    return contents(other_log).find("partitions assigned") != std::string::npos;
  })) << contents(other_log);
  const auto moved = pair.stored();
  EXPECT_LT(moved, kMany) << "it came too late to show anything";
  ASSERT_TRUE(other.until([&] { return pair.stored() > moved; })) << contents(other_log);
  first->kill();
  EXPECT_LT(pair.stored(), kMany) << "it was killed too late to show anything";
  ASSERT_TRUE(other.until([&] { return pair.committed() == kMany; })) << contents(other_log);

  const auto found = decisions(pair);
  ASSERT_EQ(found.size(), expected.size());
  for (std::size_t i = 0; i < found.size(); ++i) {
    ASSERT_EQ(found[i], expected[i]) << contents(other_log);
  }

  // Each clock goes on by itself: the one that is hours behind holds nobody who has nothing to wait
  // for.
  std::vector<OutgoingRecord> more;
  for (std::int32_t partition = 0; partition < kPartitions; ++partition) {
    more.push_back({.value = payment({{"transaction_id", "late-" + std::to_string(partition)},
                                      {"timestamp", noon_seconds() + std::int64_t{60} * partition -
                                                        (kPartitions - partition) * kApart}}),
                    .key = "late",
                    .partition = partition});
  }
  ASSERT_NO_FATAL_FAILURE(produce_records(kafka().address(), pair.topic(), more));
  ASSERT_TRUE(other.until([&] { return pair.committed() == kMany + kPartitions; }))
      << contents(other_log);
  EXPECT_EQ(other.stop(), 0);
}

}  // namespace
}  // namespace assay::testing
