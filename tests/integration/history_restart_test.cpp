// History over kill -9, with a real broker and a real database: an engine that is killed again and
// again stores the decisions of one that nobody touched.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/integration/deployment.hpp"

namespace assay::testing {
namespace {

constexpr std::int64_t kMany = 60'000;

// Judges by history alone: by the topic's key, so that the order of partitions does not matter.
void add_history_rules(const Deployment& deployment) {
  deployment.write("rules/spending.yaml", R"(rule: spending
version: 1
owner: cards
mode: live
features:
  spent: sum(amount) by user_id over 30d
  times: count() by user_id over 7d
  usual: mean(amount) by user_id over previous 90d
when: (times > 3 && double(amount) > 2.0 * usual) || spent > 20000.00
score: 0.5
reason: "{spent} in {times} payments"
)");
}

std::vector<std::string> decisions(const Deployment& deployment) {
  return ask(
      "SELECT partition, record_offset, transaction_id, decision, score, id_reused FROM "
      "transactions WHERE topic = '" +
      deployment.topic() + "' ORDER BY 1, 2, 3, 4");
}

TEST(HistoryRestart, killed_with_nine_it_stores_the_decisions_of_one_that_was_not) {
  if (const auto reason = servers_unavailable()) GTEST_SKIP() << *reason;
  Deployment calm("calm");
  ASSERT_EQ(calm.produce(kMany, 11).produced, static_cast<std::uint64_t>(kMany));
  add_history_rules(calm);
  calm.configure_main_job();
  {
    const auto engine = calm.start();
    ASSERT_TRUE(engine->until([&] { return calm.committed() == kMany; })) << calm.words();
    EXPECT_EQ(engine->stop(), 0);
  }
  const auto expected = decisions(calm);
  ASSERT_EQ(expected.size(), static_cast<std::size_t>(kMany));
  EXPECT_GT(ask_number("SELECT count(*) FROM fraud_transactions"), kMany / 100)
      << "it judges little";
  ask("TRUNCATE transactions, fraud_transactions, shadow_hits, account_holders, assay_cursors");

  Deployment killed("killed");
  killed.read_topics_of(calm);
  add_history_rules(killed);
  // Mails are slow, and what waits for them is: there is always something to come.
  killed.configure("state: { dir: " + (killed.folder() / "state").string() +
                   ", interval: 50ms }\n" +
                   killed.whole(Deployment::postgres_sink() + killed.smtp_sink(), R"(  main:
    alert: { sink: mail, when: 'decision != "approve"', required: true }
    store: { sink: db, after: alert, required: true }
)"));
  for (const auto until : {kMany / 4, kMany / 2, kMany * 3 / 4}) {
    const auto before = killed.committed();
    const auto engine = killed.start();
    // Where the group has no position either, everything is read again and no snapshot is of use.
    ASSERT_TRUE(engine->until([&] {
      return killed.stored() >= until && killed.committed() > before;
    })) << killed.words();
    engine->kill();
    EXPECT_LT(killed.stored(), kMany) << "it was killed too late to show anything";
  }
  {
    const auto engine = killed.start();
    ASSERT_TRUE(engine->until([&] { return killed.committed() == kMany; })) << killed.words();
    EXPECT_EQ(engine->stop(), 0);
  }
  EXPECT_THAT(killed.words(), ::testing::HasSubstr("restored from the snapshot at offset"));
  const auto found = decisions(killed);
  ASSERT_EQ(found.size(), expected.size());
  for (std::size_t i = 0; i < found.size(); ++i) {
    ASSERT_EQ(found[i], expected[i]);
  }
  const auto listed = run_assay({"state", "verify", "-c", killed.folder() / "assay.yaml"});
  EXPECT_EQ(listed.code, 0) << listed.words;
}

}  // namespace
}  // namespace assay::testing
