// Mails by way of the outbox: stored with the rows, delivered from there, whatever dies meanwhile.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "tests/integration/deployment.hpp"
#include "tests/integration/onlooker.hpp"
#include "tests/integration/oracle.hpp"
#include "tests/integration/payments.hpp"
#include "tests/integration/topic.hpp"

namespace assay::testing {
namespace {

using ::testing::HasSubstr;
using Json = nlohmann::json;

constexpr std::int64_t kSome = 20'000;

class OutboxTest : public ::testing::Test {
 protected:
  void SetUp() override {
    static const auto reason = servers_unavailable();
    if (reason) GTEST_SKIP() << *reason;
  }
  void TearDown() override {
    if (HasFailure() && deployment_) std::cerr << deployment_->words();
  }

  // Calls have two seconds, so what a killed engine had in hand is taken again soon.
  Deployment& deploy(const std::string& name, const std::string& more = {}) {
    auto& deployment = deployment_.emplace(name);
    const auto hasty = [](std::string sink) { return sink + "    timeout: 2s\n"; };
    deployment.configure(
        more + deployment.whole(hasty(Deployment::postgres_sink()) + hasty(deployment.smtp_sink()),
                                R"(  main:
    store: { sink: db, required: true }
    alert: { sink: mail, when: 'decision != "approve"', deferred: store, required: true }
)"));
    return deployment;
  }
  // One partition, and so many payments that the desk and the customer are to be told of, behind
  // `first` others.
  void produce_frauds(const Deployment& deployment, int count, int first = 0) {
    if (first == 0) {
      create_topic(kafka().address(), deployment.topic(), 1);
      create_topic(kafka().address(), deployment.holders(), 1);
    }
    std::vector<OutgoingRecord> holders;
    std::vector<OutgoingRecord> records;
    for (int i = first; i < first + count; ++i) {
      const auto user = std::to_string(i);
      holders.push_back({holder(i), user, -1});
      records.push_back(
          {payment({{"transaction_id", "tx-" + user}, {"user_id", i}, {"amount", 5'000}}), "7",
           -1});
    }
    produce_records(kafka().address(), deployment.holders(), holders);
    produce_records(kafka().address(), deployment.topic(), records);
  }
  static std::string holder(int user) {
    return Json{
        {"user_id", user},          {"name", "A Person"},     {"address", "Main Street 1"},
        {"phone_number", "555"},    {"email", address(user)}, {"date_of_birth", "1980-01-01"},
        {"account_number", "ACC1"}, {"account_type", "giro"}, {"balance", 1}}
        .dump();
  }
  static std::string address(int user) { return "user" + std::to_string(user) + "@example.com"; }

  static std::int64_t in_outbox(const Deployment& deployment, const std::string& which) {
    return ask_number("SELECT count(*) FROM assay_outbox WHERE group_id = '" + deployment.group() +
                      "' AND " + which);
  }
  std::int64_t mails_to(const std::string& address) {
    std::int64_t count = 0;
    for (const auto& mail : deployment_->smtp().mails()) {
      count += contents(mail).find("X-Envelope-To: " + address) != std::string::npos;
    }
    return count;
  }
  Ran say(std::vector<std::string> words) const {
    words.insert(words.begin(), "outbox");
    words.insert(words.end(), {"-c", deployment_->folder() / "assay.yaml"});
    return run_assay(words);
  }
  Json groups(std::vector<std::string> more) const {
    more.insert(more.begin(), {"ls", "--format", "json"});
    const auto said = say(more);
    EXPECT_EQ(said.code, 0) << said.words;
    return Json::parse(said.words).at("groups");
  }
  static bool delivered(Engine& engine, Deployment& deployment, std::int64_t count) {
    return engine.until([&] {
      return deployment.committed() == count &&
             in_outbox(deployment, "state IN ('pending', 'sending')") == 0;
    });
  }
  static void expect_done_once(Deployment& deployment) {
    const auto expected = expected_of(deployment);
    expect_stored_once(deployment, expected);
    expect_mails(deployment, expected);
    EXPECT_EQ(in_outbox(deployment, "state <> 'sent'"), 0);
    EXPECT_EQ(in_outbox(deployment, "true"),
              ask_number("SELECT count(*) FROM fraud_transactions WHERE topic = '" +
                         deployment.topic() + "'"));
  }

  std::optional<Deployment> deployment_;
};

TEST_F(OutboxTest, mails_come_through_kills_and_a_repeat_has_the_same_message_id_and_bytes) {
  auto& deployment = deploy("outboxkill");
  deployment.produce(kSome, 21);
  for (const std::int64_t sent : {1, 40, 80}) {
    const auto engine = deployment.start();
    ASSERT_TRUE(engine->until([&] { return in_outbox(deployment, "state = 'sent'") >= sent; }));
    engine->kill();
  }
  const auto engine = deployment.start();
  ASSERT_TRUE(delivered(*engine, deployment, kSome));
  EXPECT_EQ(engine->stop(), 0);
  expect_done_once(deployment);
}

TEST_F(OutboxTest, a_mail_server_that_is_away_holds_nothing_up) {
  auto& deployment = deploy("outboxaway");
  deployment.produce(kSome, 22);
  deployment.smtp().stop();
  const auto engine = deployment.start();
  ASSERT_TRUE(engine->until([&] { return deployment.committed() == kSome; }))
      << "positions are committed while no mail can be sent";
  EXPECT_TRUE(deployment.smtp().mails().empty());
  EXPECT_GT(in_outbox(deployment, "state <> 'sent'"), 0);
  EXPECT_TRUE(engine->until([&] {
    return deployment.words().find("sink mail (step main.alert) cannot deliver") !=
           std::string::npos;
  }));
  deployment.smtp().start_again();
  ASSERT_TRUE(delivered(*engine, deployment, kSome));
  EXPECT_EQ(engine->stop(), 0);
  expect_done_once(deployment);
}

TEST_F(OutboxTest, that_is_full_holds_up_the_step_that_stores_for_it_and_loses_nothing) {
  auto& deployment = deploy("outboxfull", "outbox: { max: 64KiB }\n");
  constexpr int kWave = 300;
  deployment.smtp().stop();
  produce_frauds(deployment, kWave);
  const auto engine = deployment.start();
  Onlooker onlooker;
  ASSERT_TRUE(onlooker.finds(*engine, deployment));
  ASSERT_TRUE(engine->until([&] { return deployment.committed() == kWave; }));
  ASSERT_TRUE(engine->until([&] {
    return sum_of(onlooker.get("/metrics").body, "assay_outbox_waiting_bytes") >= 64 << 10;
  })) << "a batch goes in as long as there is any room";
  EXPECT_TRUE(onlooker.is_ready());

  produce_frauds(deployment, kWave, kWave);
  ASSERT_TRUE(engine->until([&] { return !onlooker.is_ready(); }));
  EXPECT_THAT(onlooker.get("/readyz").body, HasSubstr("the outbox of main.alert is full"));
  EXPECT_EQ(deployment.committed(), kWave);
  EXPECT_EQ(in_outbox(deployment, "true"), kWave) << "nothing more goes in";

  deployment.smtp().start_again();
  ASSERT_TRUE(delivered(*engine, deployment, 2 * kWave));
  EXPECT_TRUE(engine->until([&] { return onlooker.is_ready(); }));
  EXPECT_EQ(engine->stop(), 0);
  EXPECT_EQ(in_outbox(deployment, "state = 'sent'"), 2 * kWave);
  EXPECT_EQ(mails_to("user7@example.com"), 1);
  EXPECT_EQ(mails_to("user" + std::to_string(kWave + 7) + "@example.com"), 1);
  EXPECT_EQ(length_of_topic(kafka().address(), deployment.dead_letter_topic()), 0);
}

TEST_F(OutboxTest, what_waits_at_a_stop_is_delivered_by_the_next_start) {
  auto& deployment = deploy("outboxstop");
  produce_frauds(deployment, 100);
  deployment.smtp().stop();
  {
    const auto engine = deployment.start();
    ASSERT_TRUE(engine->until([&] { return deployment.committed() == 100; }));
    EXPECT_EQ(engine->stop(), 0);
  }
  EXPECT_EQ(in_outbox(deployment, "state = 'pending'"), 100) << "a stop leaves nothing in doubt";
  deployment.smtp().start_again();
  const auto engine = deployment.start();
  ASSERT_TRUE(delivered(*engine, deployment, 100));
  EXPECT_EQ(engine->stop(), 0);
  EXPECT_EQ(mails_to("user7@example.com"), 1);
  EXPECT_EQ(in_outbox(deployment, "state = 'sent' AND receipt LIKE '%250%'"), 100);
}

TEST_F(OutboxTest, a_bad_address_becomes_dead_the_others_go_and_a_person_decides) {
  auto& deployment = deploy("outboxdead");
  produce_frauds(deployment, 50);
  for (const auto* user : {"user3", "user4", "user5"}) {
    deployment.smtp().answer(std::string("rcpt:") + user + "@example.com",
                             "550 5.1.1 no such user");
  }
  const auto engine = deployment.start();
  ASSERT_TRUE(delivered(*engine, deployment, 50));
  EXPECT_EQ(in_outbox(deployment, "state = 'sent'"), 47);
  EXPECT_EQ(in_outbox(deployment, "state = 'dead' AND code = '550'"), 3);
  EXPECT_EQ(length_of_topic(kafka().address(), deployment.dead_letter_topic()), 0);

  const auto dead = groups({"--state", "dead"});
  ASSERT_EQ(dead.size(), 1U) << dead;
  EXPECT_EQ(dead[0].at("step"), "main.alert");
  EXPECT_EQ(dead[0].at("count"), 3);
  EXPECT_THAT(dead[0].at("reason").get<std::string>(), HasSubstr("no such user"));
  const auto table = say({"ls"});
  EXPECT_THAT(table.words, HasSubstr("dead"));
  EXPECT_THAT(table.words, HasSubstr("sent"));

  EXPECT_EQ(say({"retry"}).code, 2) << "nobody is there to ask";
  EXPECT_EQ(say({"retry", "--dry-run"}).code, 0);
  EXPECT_EQ(in_outbox(deployment, "state = 'dead'"), 3);
  deployment.smtp().answer_normally();
  const auto retried = say({"retry", "--code", "550", "--limit", "2", "--yes"});
  EXPECT_THAT(retried.words, HasSubstr("2 records pending again"));
  ASSERT_TRUE(engine->until([&] { return in_outbox(deployment, "state = 'sent'") == 49; }));
  EXPECT_EQ(mails_to("user3@example.com"), 1);

  const auto dropped = say({"drop", "--yes", "--format", "json"});
  EXPECT_EQ(Json::parse(dropped.words), (Json{{"dropped", 1}}));
  EXPECT_EQ(in_outbox(deployment, "true"), 49);
  EXPECT_EQ(engine->stop(), 0);
}

TEST_F(OutboxTest, with_hold_what_a_crash_left_in_doubt_waits_for_a_person) {
  auto& deployment = deploy("outboxhold", "outbox: { ambiguous: hold, batch: 5 }\n");
  produce_frauds(deployment, 40);
  deployment.smtp().answer("message", "hang");
  {
    const auto engine = deployment.start();
    ASSERT_TRUE(engine->until([&] { return in_outbox(deployment, "state = 'sending'") > 0; }));
    engine->kill();
  }
  deployment.smtp().answer_normally();
  const auto engine = deployment.start();
  ASSERT_TRUE(delivered(*engine, deployment, 40));
  EXPECT_EQ(in_outbox(deployment, "state = 'dead' AND code = 'ambiguous'"), 5);
  EXPECT_EQ(in_outbox(deployment, "state = 'sent'"), 35);
  EXPECT_EQ(groups({"--code", "ambiguous"}).at(0).at("count"), 5);
  EXPECT_EQ(engine->stop(), 0);
}

TEST_F(OutboxTest, two_engines_deliver_each_mail_once) {
  auto& deployment = deploy("outboxtwo");
  deployment.produce(kSome, 23);
  deployment.write("other.yaml",
                   "source: { member: other }\nobserve: { listen: \"127.0.0.1:0\" }\n");
  const auto one = deployment.start();
  const Engine other({deployment.folder() / "assay.yaml", deployment.folder() / "other.yaml"},
                     deployment.folder() / "other.log");
  ASSERT_TRUE(delivered(*one, deployment, kSome)) << other.words();
  EXPECT_EQ(one->stop(), 0);
  expect_done_once(deployment);
  EXPECT_EQ(in_outbox(deployment, "attempt > 1"), 0);
}

}  // namespace
}  // namespace assay::testing
