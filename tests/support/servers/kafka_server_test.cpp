#include "tests/support/servers/kafka_server.hpp"

#include <gtest/gtest.h>
#include <librdkafka/rdkafka.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace assay::testing {
namespace {

using Client = std::unique_ptr<rd_kafka_t, decltype(&rd_kafka_destroy)>;
using Settings = std::vector<std::pair<std::string, std::string>>;

constexpr int kPatienceMs = 30'000;

Client make_client(rd_kafka_type_t type, const Settings& settings) {
  rd_kafka_conf_t* conf = rd_kafka_conf_new();
  char error[512];
  for (const auto& [name, value] : settings) {
    EXPECT_EQ(rd_kafka_conf_set(conf, name.c_str(), value.c_str(), error, sizeof error),
              RD_KAFKA_CONF_OK)
        << error;
  }
  rd_kafka_t* client = rd_kafka_new(type, conf, error, sizeof error);
  EXPECT_NE(client, nullptr) << error;
  return {client, rd_kafka_destroy};
}

rd_kafka_resp_err_t create_topic(rd_kafka_t* client, const char* name, int partitions) {
  rd_kafka_NewTopic_t* topic = rd_kafka_NewTopic_new(name, partitions, 1, nullptr, 0);
  rd_kafka_queue_t* answers = rd_kafka_queue_new(client);
  rd_kafka_CreateTopics(client, &topic, 1, nullptr, answers);
  rd_kafka_event_t* answer = rd_kafka_queue_poll(answers, kPatienceMs);
  rd_kafka_resp_err_t result = RD_KAFKA_RESP_ERR__TIMED_OUT;
  if (answer != nullptr) {
    std::size_t count = 0;
    const auto* created = rd_kafka_event_CreateTopics_result(answer);
    const auto** topics = rd_kafka_CreateTopics_result_topics(created, &count);
    result = count == 1 ? rd_kafka_topic_result_error(topics[0]) : rd_kafka_event_error(answer);
    rd_kafka_event_destroy(answer);
  }
  rd_kafka_queue_destroy(answers);
  rd_kafka_NewTopic_destroy(topic);
  return result;
}

int partitions_of(rd_kafka_t* client, const char* name) {
  rd_kafka_topic_t* topic = rd_kafka_topic_new(client, name, nullptr);
  const rd_kafka_metadata_t* metadata = nullptr;
  const auto error = rd_kafka_metadata(client, 0, topic, &metadata, kPatienceMs);
  const int count = error == RD_KAFKA_RESP_ERR_NO_ERROR ? metadata->topics[0].partition_cnt : -1;
  if (metadata != nullptr) rd_kafka_metadata_destroy(metadata);
  rd_kafka_topic_destroy(topic);
  return count;
}

void produce(const std::string& address, const char* topic, const std::string& text) {
  const Client producer = make_client(RD_KAFKA_PRODUCER, {{"bootstrap.servers", address}});
  ASSERT_EQ(rd_kafka_producev(producer.get(), RD_KAFKA_V_TOPIC(topic), RD_KAFKA_V_KEY("k", 1),
                              RD_KAFKA_V_VALUE(const_cast<char*>(text.data()), text.size()),
                              RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY), RD_KAFKA_V_END),
            RD_KAFKA_RESP_ERR_NO_ERROR);
  ASSERT_EQ(rd_kafka_flush(producer.get(), kPatienceMs), RD_KAFKA_RESP_ERR_NO_ERROR);
}

std::vector<std::string> consume(const std::string& address, const char* topic, std::size_t count) {
  const Client consumer =
      make_client(RD_KAFKA_CONSUMER, {{"bootstrap.servers", address},
                                      {"group.id", "fixture-" + std::to_string(count)},
                                      {"auto.offset.reset", "earliest"}});
  rd_kafka_poll_set_consumer(consumer.get());
  rd_kafka_topic_partition_list_t* topics = rd_kafka_topic_partition_list_new(1);
  rd_kafka_topic_partition_list_add(topics, topic, RD_KAFKA_PARTITION_UA);
  EXPECT_EQ(rd_kafka_subscribe(consumer.get(), topics), RD_KAFKA_RESP_ERR_NO_ERROR);
  rd_kafka_topic_partition_list_destroy(topics);
  std::vector<std::string> texts;
  while (texts.size() < count) {
    rd_kafka_message_t* message = rd_kafka_consumer_poll(consumer.get(), kPatienceMs);
    if (message == nullptr) break;
    if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR) {
      texts.emplace_back(static_cast<const char*>(message->payload), message->len);
    }
    rd_kafka_message_destroy(message);
  }
  rd_kafka_consumer_close(consumer.get());
  return texts;
}

TEST(kafka_server, keeps_messages_and_its_address_when_it_is_killed_and_started_again) {
  if (const auto reason = KafkaServer::unavailable()) GTEST_SKIP() << *reason;
  KafkaServer server;
  const std::string address = server.address();
  {
    const Client admin = make_client(RD_KAFKA_PRODUCER, {{"bootstrap.servers", address}});
    ASSERT_EQ(create_topic(admin.get(), "payments", 1), RD_KAFKA_RESP_ERR_NO_ERROR);
    EXPECT_EQ(partitions_of(admin.get(), "payments"), 1);
  }
  produce(address, "payments", "before");
  ASSERT_EQ(consume(address, "payments", 1), (std::vector<std::string>{"before"}));

  server.kill();
  server.start_again();
  ASSERT_EQ(server.address(), address);
  produce(address, "payments", "after");
  EXPECT_EQ(consume(address, "payments", 2), (std::vector<std::string>{"before", "after"}));
}

TEST(kafka_server, gives_a_topic_nobody_created_the_partitions_asked_for) {
  if (const auto reason = KafkaServer::unavailable()) GTEST_SKIP() << *reason;
  const KafkaServer server({.partitions = 3, .heap = "256m", .settings = {}});
  produce(server.address(), "surprise", "hello");
  const Client client = make_client(RD_KAFKA_PRODUCER, {{"bootstrap.servers", server.address()}});
  EXPECT_EQ(partitions_of(client.get(), "surprise"), 3);
}

}  // namespace
}  // namespace assay::testing
