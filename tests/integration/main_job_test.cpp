// The main job, whole and real: Kafka, rules from shared libraries, PostgreSQL and mail; and what
// becomes of it when any of them goes away.
#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>

#include "tests/integration/deployment.hpp"
#include "tests/integration/oracle.hpp"
#include "tests/integration/topic.hpp"

namespace assay::testing {
namespace {

constexpr std::int64_t kMany = 200'000;
constexpr std::int64_t kSome = 20'000;

class MainJob : public ::testing::Test {
 protected:
  void SetUp() override {
    static const auto reason = servers_unavailable();
    if (reason) GTEST_SKIP() << *reason;
  }

  void TearDown() override {
    if (HasFailure() && deployment_) std::cerr << deployment_->words();
  }

  Deployment& deploy(const std::string& name) { return deployment_.emplace(name); }

  // Until everything is stored, mailed and committed: a record's position is committed only then.
  static bool finished(Engine& engine, Deployment& deployment, std::int64_t count) {
    return engine.until([&] { return deployment.committed() == count; });
  }
  static bool stored(Engine& engine, Deployment& deployment, std::int64_t count) {
    return engine.until([&] { return deployment.stored() >= count; });
  }
  static std::int64_t dead_letters(const Deployment& deployment) {
    return length_of_topic(kafka().address(), deployment.dead_letter_topic());
  }
  static void forget_rows() {
    ask("TRUNCATE transactions, fraud_transactions, shadow_hits, account_holders, assay_cursors");
  }
  static void expect_done_once(Deployment& deployment) {
    const auto expected = expected_of(deployment);
    expect_stored_once(deployment, expected);
    expect_mails(deployment, expected);
    EXPECT_EQ(dead_letters(deployment), 0);
  }

  std::optional<Deployment> deployment_;
};

TEST_F(MainJob, two_hundred_thousand_come_through_undisturbed_and_again_through_kills) {
  Deployment calm("calm");
  ASSERT_EQ(calm.produce(kMany, 1).produced, static_cast<std::uint64_t>(kMany));
  calm.configure_main_job();
  {
    const auto engine = calm.start();
    ASSERT_TRUE(finished(*engine, calm, kMany)) << calm.words();
    EXPECT_EQ(engine->stop(), 0) << calm.words();
  }
  const auto expected = expected_of(calm);
  ASSERT_EQ(expected.transactions.size(), static_cast<std::size_t>(kMany));
  expect_stored_once(calm, expected);
  expect_mails(calm, expected);
  EXPECT_EQ(dead_letters(calm), 0);
  forget_rows();

  auto& killed = deploy("killed");
  killed.read_topics_of(calm);
  killed.configure_main_job();
  for (const std::int64_t until : {1L, kMany / 4, kMany / 2}) {
    const auto engine = killed.start();
    ASSERT_TRUE(stored(*engine, killed, until));
    engine->kill();
    EXPECT_LT(killed.committed(), kMany) << "it was killed too late to show anything";
  }
  const auto engine = killed.start();
  ASSERT_TRUE(finished(*engine, killed, kMany));
  EXPECT_EQ(engine->stop(), 0);
  expect_stored_once(killed, expected);
  expect_mails(killed, expected);
  EXPECT_EQ(dead_letters(killed), 0);
  forget_rows();
}

TEST_F(MainJob, a_stop_in_mid_flow_drains_and_the_next_start_goes_on) {
  auto& deployment = deploy("stopped");
  deployment.produce(kSome, 2);
  // Little memory, so that it cannot take the whole topic at once.
  deployment.configure_main_job("memory: 8MiB\n");
  {
    const auto engine = deployment.start();
    ASSERT_TRUE(stored(*engine, deployment, 1));
    EXPECT_EQ(engine->stop(), 0);
    // Nothing is left between the steps: what is stored is mailed and committed.
    EXPECT_EQ(deployment.committed(), deployment.stored());
    EXPECT_LT(deployment.committed(), kSome) << "it was stopped too late to show anything";
  }
  const auto engine = deployment.start();
  ASSERT_TRUE(finished(*engine, deployment, kSome));
  EXPECT_EQ(engine->stop(), 0);
  expect_done_once(deployment);
}

TEST_F(MainJob, a_required_topic_that_is_held_back_holds_the_commit_and_loses_nothing) {
  auto& deployment = deploy("held");
  deployment.produce(kSome, 3);
  KafkaServer other;
  create_topic(other.address(), "decisions", 2);
  deployment.configure(deployment.whole(
      deployment.postgres_sink() + deployment.kafka_sink(other.address(), "decisions"),
      R"(  main:
    store: { sink: db, required: true }
    tell: { sink: events, required: true }
)"));
  other.stop();
  {
    const auto engine = deployment.start();
    ASSERT_TRUE(stored(*engine, deployment, kSome));
    EXPECT_EQ(deployment.committed(), 0);
    engine->kill();
  }
  const auto engine = deployment.start();
  other.start_again();
  ASSERT_TRUE(finished(*engine, deployment, kSome));
  EXPECT_EQ(engine->stop(), 0);
  const auto expected = expected_of(deployment);
  expect_stored_once(deployment, expected);
  expect_decisions(other.address(), "decisions", expected);
  EXPECT_EQ(dead_letters(deployment), 0);
}

TEST_F(MainJob, a_database_that_goes_away_for_a_while_costs_nothing) {
  auto& deployment = deploy("nodb");
  deployment.produce(kSome, 4);
  deployment.configure_main_job();
  const auto engine = deployment.start();
  ASSERT_TRUE(stored(*engine, deployment, 1));
  postgres().stop();
  // Everything may have been stored before.
  constexpr std::int64_t kMore = 100;
  deployment.produce_more(kSome, kMore, 0);
  ASSERT_TRUE(engine->until(
      [&] { return deployment.words().find("sink db cannot deliver") != std::string::npos; }));
  postgres().start_again();
  ASSERT_TRUE(finished(*engine, deployment, kSome + kMore));
  EXPECT_EQ(engine->stop(), 0);
  expect_done_once(deployment);
}

TEST_F(MainJob, a_mail_server_that_goes_away_for_a_while_costs_nothing) {
  auto& deployment = deploy("nomail");
  deployment.produce(kSome, 5);
  deployment.configure_main_job();
  const auto engine = deployment.start();
  ASSERT_TRUE(engine->until([&] { return !deployment.smtp().mails().empty(); }));
  deployment.smtp().stop();
  ASSERT_TRUE(engine->until(
      [&] { return deployment.words().find("sink mail cannot deliver") != std::string::npos; }));
  deployment.smtp().start_again();
  ASSERT_TRUE(finished(*engine, deployment, kSome));
  EXPECT_EQ(engine->stop(), 0);
  expect_done_once(deployment);
}

TEST_F(MainJob, a_broker_that_is_killed_and_comes_back_costs_nothing) {
  auto& deployment = deploy("nobroker");
  deployment.produce(kSome, 6);
  deployment.configure_main_job();
  const auto engine = deployment.start();
  ASSERT_TRUE(stored(*engine, deployment, 1));
  kafka().kill();
  kafka().start_again();
  ASSERT_TRUE(finished(*engine, deployment, kSome));
  EXPECT_EQ(engine->stop(), 0);
  expect_done_once(deployment);
}

TEST_F(MainJob, with_everything_down_at_the_start_it_waits_and_then_works) {
  auto& deployment = deploy("nothing");
  deployment.produce(kSome, 7);
  deployment.configure_main_job();
  deployment.smtp().stop();
  postgres().stop();
  kafka().stop();
  const auto engine = deployment.start();
  ASSERT_TRUE(engine->until(
      [&] { return deployment.words().find("waiting for topic") != std::string::npos; }));
  ASSERT_TRUE(engine->running());
  kafka().start_again();
  ASSERT_TRUE(engine->until(
      [&] { return deployment.words().find("sink db cannot deliver") != std::string::npos; }));
  postgres().start_again();
  ASSERT_TRUE(engine->until(
      [&] { return deployment.words().find("sink mail cannot deliver") != std::string::npos; }));
  deployment.smtp().start_again();
  ASSERT_TRUE(finished(*engine, deployment, kSome));
  EXPECT_EQ(engine->stop(), 0);
  expect_done_once(deployment);
}

}  // namespace
}  // namespace assay::testing
