#include <gtest/gtest.h>

#include <chrono>
#include <string>

#include "host/produce/kafka_producer.hpp"
#include "host/produce/producer.hpp"
#include "tests/support/servers/kafka_server.hpp"

namespace assay::host {
namespace {

constexpr std::chrono::milliseconds patience{10'000};

// Against a real broker: what its stand-in does not know, above all the making of topics.
class ProducerOnKafkaTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    if (!assay::testing::KafkaServer::unavailable()) server = new assay::testing::KafkaServer;
  }
  static void TearDownTestSuite() {
    delete server;
    server = nullptr;
  }
  void SetUp() override {
    if (server == nullptr) GTEST_SKIP() << *assay::testing::KafkaServer::unavailable();
    options_.bootstrap = server->address();
    options_.bank = {.seed = 2, .transactions = 3'000, .customers = 100, .fraud_rate = 0.02};
    options_.partitions = 3;
  }

  // Topics of its own for each test.
  void name_topics(const std::string& prefix) {
    options_.transactions_topic = prefix + "_transactions";
    options_.holders_topic = prefix + "_holders";
    options_.labels_topic = prefix + "_labels";
  }

  static assay::testing::KafkaServer* server;
  ProduceOptions options_;
};

assay::testing::KafkaServer* ProducerOnKafkaTest::server = nullptr;

TEST_F(ProducerOnKafkaTest, history_goes_into_topics_that_keep_it) {
  name_topics("history");
  const auto result = produce(options_);
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_EQ(result->produced, 3'000u);
  EXPECT_TRUE(result->warnings.empty());

  auto client = KafkaProducer::open(options_.bootstrap, {});
  ASSERT_TRUE(client);
  const auto topics = (*client)->topics(patience);
  ASSERT_TRUE(topics);
  EXPECT_EQ(topics->at("history_transactions"), 3);
  EXPECT_EQ((*client)->topic_setting("history_transactions", "retention.ms", patience), "-1");
  EXPECT_EQ((*client)->topic_setting("history_transactions", "message.timestamp.type", patience),
            "CreateTime");
  EXPECT_EQ((*client)->topic_setting("history_holders", "cleanup.policy", patience), "compact");
}

TEST_F(ProducerOnKafkaTest, warns_when_a_topic_that_exists_would_drop_what_is_born_old) {
  name_topics("week");
  auto client = KafkaProducer::open(options_.bootstrap, {});
  ASSERT_TRUE(client);
  const auto created =
      (*client)->create_topic({"week_transactions", 3, {{"retention.ms", "604800000"}}}, patience);
  ASSERT_TRUE(created) << created.error().message;
  ASSERT_EQ(*created, KafkaProducer::Created::yes);

  options_.bank.start = 1'500'000'000;  // 2017
  const auto result = produce(options_);
  ASSERT_TRUE(result) << result.error().message;
  ASSERT_EQ(result->warnings.size(), 1u);
  EXPECT_NE(result->warnings[0].find("'week_transactions' keeps records for 168 hours"),
            std::string::npos)
      << result->warnings[0];
}

TEST_F(ProducerOnKafkaTest, a_topic_the_broker_will_not_make_is_refused_with_its_reason) {
  name_topics("no such name!");
  const auto result = produce(options_);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().kind, ProduceError::Kind::rejected);
  EXPECT_NE(result.error().message.find("'no such name!_holders'"), std::string::npos)
      << result.error().message;
}

}  // namespace
}  // namespace assay::host
