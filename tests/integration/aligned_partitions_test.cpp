// Partitions whose clocks are hours apart, one store that they share, and a second engine that
// takes over when the first is killed: what the store answers is what it answers a single worker.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/integration/deployment.hpp"
#include "tests/integration/payments.hpp"
#include "tests/integration/topic.hpp"

namespace assay::testing {
namespace {

constexpr std::int32_t kPartitions = 4;
constexpr std::int64_t kEach = 6'000;  // a second between two, so a partition spans under 2 h
constexpr std::int64_t kApart = std::int64_t{4} * 3'600;
constexpr std::int64_t kMany = kPartitions * kEach;
constexpr std::int64_t kShops = 20;  // so that no shop has more than are kept singly

// All partitions pay in the same shops, so whatever is counted in one counts all that is hours
// older in the others: it is the order between partitions that is judged.
void produce_apart(const Deployment& deployment) {
  create_topic(kafka().address(), deployment.topic(), kPartitions);
  create_topic(kafka().address(), deployment.holders(), 1);
  const auto start = noon_seconds() - std::int64_t{2} * 86'400;
  std::vector<OutgoingRecord> records;
  // The one with the latest clock comes first.
  for (std::int32_t partition = kPartitions - 1; partition >= 0; --partition) {
    for (std::int64_t i = 0; i < kEach; ++i) {
      records.push_back({payment({{"transaction_id", std::to_string(partition * kEach + i)},
                                  {"timestamp", start + partition * kApart + i},
                                  {"merchant", "shop " + std::to_string(i % kShops)},
                                  {"user_id", partition}}),
                         std::to_string(partition), partition});
    }
  }
  produce_records(kafka().address(), deployment.topic(), records);
}

void add_shared_rule(const Deployment& deployment) {
  deployment.write("rules/shop.yaml", R"(rule: shop
version: 1
owner: cards
mode: live
features:
  seen: count() by merchant over 30d
when: seen % 20 == 0
score: 0.5
reason: "{seen} payments in one shop"
)");
}

std::string as_member(std::string configuration, const std::string& member) {
  const std::string ours = "member: engine";
  return configuration.replace(configuration.find(ours), ours.size(), "member: " + member);
}

std::vector<std::string> decisions(const Deployment& deployment) {
  return ask(
      "SELECT partition, record_offset, decision, jsonb_path_query_array(reasons, '$[*].words') "
      "FROM fraud_transactions WHERE topic = '" +
      deployment.topic() + "' ORDER BY 1, 2");
}

TEST(AlignedPartitions, decide_alike_with_one_worker_and_over_two_engines_with_three) {
  if (const auto reason = servers_unavailable()) GTEST_SKIP() << *reason;
  Deployment one("one");
  produce_apart(one);
  add_shared_rule(one);
  one.configure("workers: 1\n" + one.whole(Deployment::postgres_sink(), R"(  main:
    store: { sink: db, required: true }
)"));
  {
    const auto engine = one.start();
    ASSERT_TRUE(engine->until([&] { return one.stored() == kMany; })) << one.words();
    EXPECT_EQ(engine->stop(), 0);
  }
  const auto expected = decisions(one);
  ASSERT_EQ(expected.size(), static_cast<std::size_t>(kMany / 20));
  EXPECT_THAT(expected.back(), ::testing::HasSubstr(std::to_string(kMany / kShops) + " payments"))
      << "the newest of the latest partition counts all of the others";
  ask("TRUNCATE transactions, fraud_transactions, shadow_hits, account_holders, assay_cursors");

  Deployment two("two");
  two.read_topics_of(one);
  add_shared_rule(two);
  // Mails are slow, and what waits for them is: there is always something to come.
  const auto configuration = "workers: 3\nstate: { dir: " + (two.folder() / "state").string() +
                             ", interval: 50ms }\n" +
                             two.whole(Deployment::postgres_sink() + two.smtp_sink(), R"(  main:
    alert: { sink: mail, when: 'decision != "approve"', required: true }
    store: { sink: db, after: alert, required: true }
)");
  two.configure(configuration);
  {
    const auto first = two.start();
    ASSERT_TRUE(first->until([&] { return two.stored() >= kMany / 3; })) << two.words();
    first->kill();
    EXPECT_LT(two.stored(), kMany) << "it was killed too late to show anything";
  }
  // Another member: the group gives it the partitions when the first one's session is over.
  two.configure(as_member(configuration, "other"));
  {
    const auto second = two.start();
    ASSERT_TRUE(second->until([&] { return two.stored() == kMany; })) << two.words();
    EXPECT_EQ(second->stop(), 0);
  }
  const auto found = decisions(two);
  ASSERT_EQ(found.size(), expected.size());
  for (std::size_t i = 0; i < found.size(); ++i) ASSERT_EQ(found[i], expected[i]);
}

}  // namespace
}  // namespace assay::testing
