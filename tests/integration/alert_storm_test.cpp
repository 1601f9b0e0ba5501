// Every transaction is a fraud: the desk hears of each customer once, and the table has them all.
#include <gtest/gtest.h>

#include <iostream>
#include <string>
#include <vector>

#include "tests/integration/deployment.hpp"
#include "tests/integration/payments.hpp"
#include "tests/integration/topic.hpp"

namespace assay::testing {
namespace {

constexpr int kPayments = 20'000;
constexpr int kCustomers = 10;

TEST(AlertStorm, is_one_mail_for_each_customer_and_every_row_is_stored) {
  if (const auto reason = servers_unavailable()) GTEST_SKIP() << *reason;
  Deployment deployment("storm");
  create_topic(kafka().address(), deployment.topic(), 1);
  create_topic(kafka().address(), deployment.holders(), 1);
  std::vector<OutgoingRecord> records;
  for (int i = 0; i < kPayments; ++i) {
    records.push_back({payment({{"transaction_id", "tx-" + std::to_string(i)},
                                {"user_id", i % kCustomers},
                                {"amount", 5'000}}),
                       "7", -1});
  }
  produce_records(kafka().address(), deployment.topic(), records);
  deployment.configure(
      deployment.whole(Deployment::postgres_sink() + deployment.smtp_sink(), R"(  main:
    store: { sink: db, required: true }
    alert: { sink: mail, when: 'decision != "approve"', cooldown: 1h, after: store, required: true }
)"));
  const auto engine = deployment.start();
  ASSERT_TRUE(engine->until([&] { return deployment.committed() == kPayments; }))
      << deployment.words();
  EXPECT_EQ(engine->stop(), 0);
  EXPECT_EQ(deployment.smtp().mails().size(), static_cast<std::size_t>(kCustomers));
  EXPECT_EQ(ask_number("SELECT count(*) FROM fraud_transactions WHERE topic = '" +
                       deployment.topic() + "'"),
            kPayments);
}

}  // namespace
}  // namespace assay::testing
