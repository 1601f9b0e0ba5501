// Mails by way of the outbox: stored with the rows, delivered from there, whatever dies meanwhile.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "tests/integration/deployment.hpp"
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
  // One partition, and so many payments that the desk and the customer are to be told of.
  void produce_frauds(const Deployment& deployment, int count) {
    create_topic(kafka().address(), deployment.topic(), 1);
    create_topic(kafka().address(), deployment.holders(), 1);
    std::vector<OutgoingRecord> holders;
    std::vector<OutgoingRecord> records;
    for (int i = 0; i < count; ++i) {
      const auto user = std::to_string(i);
      holders.push_back({Json{{"user_id", i}, {"email", address(i)}}.dump(), user, -1});
      records.push_back(
          {payment({{"transaction_id", "tx-" + user}, {"user_id", i}, {"amount", 5'000}}), "7",
           -1});
    }
    produce_records(kafka().address(), deployment.holders(), holders);
    produce_records(kafka().address(), deployment.topic(), records);
  }
  static std::string address(int user) { return "user" + std::to_string(user) + "@example.com"; }

  static std::int64_t in_outbox(const Deployment& deployment, const std::string& which) {
    return ask_number("SELECT count(*) FROM assay_outbox WHERE group_id = '" + deployment.group() +
                      "' AND " + which);
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

}  // namespace
}  // namespace assay::testing
