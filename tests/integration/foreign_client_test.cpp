// Messages of another team's client, in the shape that this project was asked for, with random
// user ids that nobody has heard of.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <string>

#include "tests/integration/deployment.hpp"
#include "tests/integration/payments.hpp"
#include "tests/integration/topic.hpp"

namespace assay::testing {
namespace {

constexpr std::int64_t kMessages = 200;

// Lines for kcat; every tenth payment is large. The amounts have no currency beside them.
std::string lines(const std::string& prefix, bool keyed, std::mt19937& random) {
  std::string all;
  for (int i = 0; i < kMessages; ++i) {
    const auto user = std::to_string(1000 + random() % 9000);
    if (keyed) all += user + "\t";
    all += R"({"transaction_id": ")" + prefix + std::to_string(i) + R"(", "timestamp": )" +
           std::to_string(noon_seconds()) + R"(, "user_id": )" + user + R"(, "amount": )" +
           (i % 10 == 0 ? "2500.75" : "19.99") +
           R"(, "transaction_type": "purchase", "location": "New York", "merchant": "Store )" +
           std::to_string(i % 7) + R"(", "card_number": "4532015112830366"})" + "\n";
  }
  return all;
}

TEST(foreign_client, messages_with_and_without_keys_are_decoded_judged_and_stored) {
  if (const auto reason = servers_unavailable()) GTEST_SKIP() << *reason;
  Deployment deployment("foreign");
  create_topic(kafka().address(), deployment.topic(), 4);
  create_topic(kafka().address(), deployment.holders(), 1);
  deployment.configure_main_job();
  const auto engine = deployment.start();

  std::mt19937 random(42);
  const std::vector<std::string> kcat{
      "kcat", "-q", "-P", "-b", kafka().address(), "-t", deployment.topic()};
  auto keyed = kcat;
  keyed.insert(keyed.end(), {"-K", "\t"});
  const auto with = run_program(keyed, lines("keyed-", true, random));
  ASSERT_EQ(with.code, 0) << with.words;
  const auto without = run_program(kcat, lines("bare-", false, random));
  ASSERT_EQ(without.code, 0) << without.words;

  ASSERT_TRUE(engine->until([&] { return deployment.committed() == 2 * kMessages; }))
      << deployment.words();
  EXPECT_EQ(engine->stop(), 0);
  const auto of_topic = " WHERE topic = '" + deployment.topic() + "'";
  EXPECT_EQ(ask("SELECT count(*), count(DISTINCT transaction_id), count(DISTINCT partition), "
                "min(currency), max(currency), min(card_last4), min(card_bin), min(location) "
                "FROM transactions" +
                of_topic),
            (std::vector<std::string>{"400|400|4|EUR|EUR|0366|453201|New York"}));
  EXPECT_EQ(ask("SELECT count(*), count(*) FILTER (WHERE decision = 'review'), min(amount), "
                "max(amount) FROM fraud_transactions" +
                of_topic),
            (std::vector<std::string>{"40|40|2500.7500|2500.7500"}));
  // A holder whom nobody knows is no obstacle: the desk is told in the customer's place.
  const auto mails = deployment.smtp().mails();
  EXPECT_EQ(mails.size(), 40U);
  for (const auto& mail : mails) {
    EXPECT_THAT(contents(mail), ::testing::HasSubstr("X-Envelope-To: desk@example.com"));
  }
  EXPECT_EQ(length_of_topic(kafka().address(), deployment.dead_letter_topic()), 0);
}

}  // namespace
}  // namespace assay::testing
