#include "host/produce/producer.hpp"

#include <gtest/gtest.h>
#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>
#include <simdjson.h>

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace assay::host {
namespace {

constexpr std::int16_t produce_request = 0;  // its number in the Kafka protocol

struct Record {
  std::string key;
  std::string value;
  std::int64_t time_ms;
  int partition;
};

// librdkafka's own broker in this process: no admin interface, no security, 5 MiB a partition.
class MockCluster {
 public:
  MockCluster() {
    char reason[256];
    rd_kafka_conf_t* configuration = rd_kafka_conf_new();
    // The client that lends the cluster its threads connects to nobody; no need to warn of that.
    rd_kafka_conf_set(configuration, "log_level", "3", reason, sizeof reason);
    client_ = rd_kafka_new(RD_KAFKA_PRODUCER, configuration, reason, sizeof reason);
    cluster_ = rd_kafka_mock_cluster_new(client_, 1);
  }
  ~MockCluster() {
    rd_kafka_mock_cluster_destroy(cluster_);
    rd_kafka_destroy(client_);
  }
  MockCluster(const MockCluster&) = delete;
  MockCluster& operator=(const MockCluster&) = delete;

  rd_kafka_mock_cluster_t* get() const { return cluster_; }
  std::string bootstrap() const { return rd_kafka_mock_cluster_bootstraps(cluster_); }

  void create(const std::string& topic, int partitions) {
    rd_kafka_mock_topic_create(cluster_, topic.c_str(), partitions, 1);
  }

  // Everything in a topic, to the end of every partition.
  std::vector<Record> read(const std::string& topic, int partitions) const {
    rd_kafka_conf_t* configuration = rd_kafka_conf_new();
    char reason[256];
    rd_kafka_conf_set(configuration, "bootstrap.servers", bootstrap().c_str(), reason,
                      sizeof reason);
    rd_kafka_conf_set(configuration, "group.id", "reader", reason, sizeof reason);
    rd_kafka_conf_set(configuration, "enable.partition.eof", "true", reason, sizeof reason);
    rd_kafka_conf_set(configuration, "fetch.wait.max.ms", "10", reason, sizeof reason);
    rd_kafka_t* consumer = rd_kafka_new(RD_KAFKA_CONSUMER, configuration, reason, sizeof reason);
    rd_kafka_poll_set_consumer(consumer);
    rd_kafka_topic_partition_list_t* list = rd_kafka_topic_partition_list_new(partitions);
    for (int i = 0; i < partitions; ++i) {
      rd_kafka_topic_partition_list_add(list, topic.c_str(), i)->offset = RD_KAFKA_OFFSET_BEGINNING;
    }
    rd_kafka_assign(consumer, list);
    rd_kafka_topic_partition_list_destroy(list);
    std::vector<Record> records;
    for (int ended = 0; ended < partitions;) {
      rd_kafka_message_t* message = rd_kafka_consumer_poll(consumer, 10'000);
      if (message == nullptr) break;  // the caller's counts will tell
      if (message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF) ++ended;
      if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR) {
        rd_kafka_timestamp_type_t type;
        records.push_back({{static_cast<const char*>(message->key), message->key_len},
                           {static_cast<const char*>(message->payload), message->len},
                           rd_kafka_message_timestamp(message, &type),
                           message->partition});
      }
      rd_kafka_message_destroy(message);
    }
    rd_kafka_consumer_close(consumer);
    rd_kafka_destroy(consumer);
    return records;
  }

 private:
  rd_kafka_t* client_;
  rd_kafka_mock_cluster_t* cluster_;
};

class ProducerTest : public ::testing::Test {
 protected:
  ProducerTest() {
    for (const char* topic : {"transactions", "account_holders", "labels"})
      cluster_.create(topic, 4);
    options_.bootstrap = cluster_.bootstrap();
    options_.bank = {.seed = 6, .transactions = 2'000, .customers = 120, .fraud_rate = 0.05};
  }

  MockCluster cluster_;
  ProduceOptions options_;
};

TEST_F(ProducerTest, all_records_can_be_read_back_with_key_and_event_time) {
  const auto result = produce(options_);
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_EQ(result->produced, 2'000u);
  EXPECT_EQ(result->holders, 120u);
  EXPECT_EQ(cluster_.read("account_holders", 4).size(), 120u);

  const auto records = cluster_.read("transactions", 4);
  ASSERT_EQ(records.size(), 2'000u);
  simdjson::dom::parser parser;
  std::set<std::string> ids;
  std::map<std::string, int> partition_of_key;
  std::map<int, std::int64_t> last_time;
  for (const Record& record : records) {
    simdjson::dom::element json;
    ASSERT_EQ(parser.parse(record.value).get(json), simdjson::SUCCESS);
    ids.emplace(json["transaction_id"].get_string().value());
    EXPECT_EQ(record.key, std::to_string(json["user_id"].get_int64().value()));
    EXPECT_EQ(record.time_ms, json["timestamp"].get_int64().value() * 1000);
    EXPECT_EQ(partition_of_key.emplace(record.key, record.partition).first->second,
              record.partition);
    EXPECT_GE(record.time_ms, last_time[record.partition]);
    last_time[record.partition] = record.time_ms;
  }
  EXPECT_EQ(ids.size(), 2'000u);
  EXPECT_EQ(last_time.size(), 4u);
}

TEST_F(ProducerTest, labels_tell_the_truth_about_what_was_counted) {
  const auto result = produce(options_);
  ASSERT_TRUE(result) << result.error().message;
  const auto labels = cluster_.read("labels", 4);
  EXPECT_EQ(labels.size(), result->labels);
  EXPECT_EQ(result->all_frauds().transactions, result->labels);
  simdjson::dom::parser parser;
  std::set<std::uint64_t> incidents;
  for (const Record& record : labels) {
    simdjson::dom::element json;
    ASSERT_EQ(parser.parse(record.value).get(json), simdjson::SUCCESS);
    EXPECT_EQ(record.key, json["transaction_id"].get_string().value());
    incidents.insert(json["incident"].get_uint64().value());
  }
  EXPECT_EQ(incidents.size(), result->all_frauds().incidents);
  EXPECT_GT(incidents.size(), 8u);
}

TEST_F(ProducerTest, without_keys_transactions_have_none_but_holders_do) {
  options_.keyed = false;
  ASSERT_TRUE(produce(options_));
  for (const Record& record : cluster_.read("transactions", 4)) EXPECT_EQ(record.key, "");
  for (const Record& record : cluster_.read("account_holders", 4)) EXPECT_NE(record.key, "");
}

TEST_F(ProducerTest, live_records_are_stamped_with_about_now) {
  options_.clock = ProduceClock::live;
  options_.records_per_second = 4'000;
  const auto now_s = [] {
    return std::chrono::duration_cast<std::chrono::seconds>(
               std::chrono::system_clock::now().time_since_epoch())
        .count();
  };
  const std::int64_t before = now_s();
  const auto result = produce(options_);
  const std::int64_t after = now_s();
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_GE(result->first_timestamp, before);
  EXPECT_LE(result->last_timestamp, after);
  EXPECT_GE(result->elapsed_seconds, 0.45);  // 2,000 at 4,000 a second take half of one
}

TEST_F(ProducerTest, a_broker_without_admin_interface_creates_topics_by_itself) {
  options_.transactions_topic = "made_on_demand";
  options_.create_timeout = std::chrono::milliseconds{300};
  const auto result = produce(options_);
  ASSERT_TRUE(result) << result.error().message;
  ASSERT_EQ(result->warnings.size(), 1u);
  EXPECT_EQ(cluster_.read("made_on_demand", 4).size(), 2'000u);
}

TEST_F(ProducerTest, refuses_a_plan_that_the_broker_would_forget_before_sending_any) {
  options_.broker_retains_bytes = 100'000;
  const auto result = produce(options_);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().kind, ProduceError::Kind::options);
  EXPECT_NE(result.error().message.find("each of 4 partitions"), std::string::npos)
      << result.error().message;
  EXPECT_TRUE(cluster_.read("account_holders", 4).empty());
}

TEST_F(ProducerTest, a_refused_record_is_an_error_not_a_smaller_count) {
  rd_kafka_mock_push_request_errors(cluster_.get(), produce_request, 1,
                                    RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED);
  const auto result = produce(options_);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().kind, ProduceError::Kind::rejected);
  // With the answer to a record, or at the next one, where the answer came before that.
  EXPECT_NE(result.error().message.find("topic 'account_holders'"), std::string::npos)
      << result.error().message;
  EXPECT_NE(result.error().message.find("Topic authorization failed"), std::string::npos)
      << result.error().message;
}

TEST_F(ProducerTest, retriable_errors_are_overcome_without_loss_or_repeats) {
  rd_kafka_mock_push_request_errors(
      cluster_.get(), produce_request, 3, RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION,
      RD_KAFKA_RESP_ERR__TRANSPORT, RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION);
  options_.properties["retry.backoff.ms"] = "10";
  const auto result = produce(options_);
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_EQ(cluster_.read("transactions", 4).size(), 2'000u);
}

TEST_F(ProducerTest, a_broker_that_dies_is_reported_as_unreachable) {
  options_.properties["message.timeout.ms"] = "1500";
  options_.records_per_second = 2'000;
  bool down = false;
  const auto result = produce(options_, [&](const ProduceProgress&) {
    if (!down) rd_kafka_mock_broker_set_down(cluster_.get(), 1);
    down = true;
  });
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().kind, ProduceError::Kind::unreachable) << result.error().message;
}

TEST_F(ProducerTest, progress_grows_and_ends_at_the_plan) {
  std::vector<ProduceProgress> seen;
  options_.records_per_second = 5'000;
  ASSERT_TRUE(
      produce(options_, [&](const ProduceProgress& progress) { seen.push_back(progress); }));
  ASSERT_GE(seen.size(), 2u);
  for (std::size_t i = 1; i < seen.size(); ++i) {
    EXPECT_GE(seen[i].produced, seen[i - 1].produced);
    EXPECT_GE(seen[i].acknowledged, seen[i - 1].acknowledged);
  }
  EXPECT_EQ(seen.back().produced, 2'000u);
  EXPECT_EQ(seen.back().planned, 2'000u);
}

TEST_F(ProducerTest, a_stop_request_ends_it) {
  std::stop_source stop;
  options_.records_per_second = 1'000;
  const auto result = produce(
      options_, [&](const ProduceProgress&) { stop.request_stop(); }, stop.get_token());
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().kind, ProduceError::Kind::stopped);
}

TEST(Producer, nobody_at_the_address_is_unreachable_with_the_address_named) {
  ProduceOptions options;
  options.bootstrap = "127.0.0.1:1";
  options.reach_timeout = std::chrono::milliseconds{500};
  const auto result = produce(options);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().kind, ProduceError::Kind::unreachable);
  EXPECT_NE(result.error().message.find("127.0.0.1:1"), std::string::npos)
      << result.error().message;
}

TEST(Producer, options_that_make_no_sense_are_refused_before_contact) {
  const auto kind_of = [](const ProduceOptions& options) { return produce(options).error().kind; };
  ProduceOptions live;
  live.clock = ProduceClock::live;
  EXPECT_EQ(kind_of(live), ProduceError::Kind::options);
  ProduceOptions rate;
  rate.bank.fraud_rate = 0.9;
  EXPECT_EQ(kind_of(rate), ProduceError::Kind::options);
  ProduceOptions partitions;
  partitions.partitions = 0;
  EXPECT_EQ(kind_of(partitions), ProduceError::Kind::options);
}

}  // namespace
}  // namespace assay::host
