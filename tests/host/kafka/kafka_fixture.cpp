#include "tests/host/kafka/kafka_fixture.hpp"

#include <gtest/gtest.h>

namespace assay::testing {

using namespace std::chrono_literals;
using std::chrono::steady_clock;

namespace {
constexpr int patience_ms = 120'000;
}

MockCluster::MockCluster(const std::string& topic, int partitions) {
  host::KafkaHooks hooks;
  char error[256];
  client_ = rd_kafka_new(RD_KAFKA_PRODUCER, rd_kafka_conf_new(), error, sizeof error);
  cluster_ = rd_kafka_mock_cluster_new(client_, 1);
  rd_kafka_mock_topic_create(cluster_, topic.c_str(), partitions, 1);
  address_ = rd_kafka_mock_cluster_bootstraps(cluster_);
}

MockCluster::~MockCluster() {
  rd_kafka_mock_cluster_destroy(cluster_);
  rd_kafka_destroy(client_);
}

Hand::Hand(const std::string& address) {
  auto conf = host::make_conf({{"bootstrap.servers", address}, {"linger.ms", "0"}}, hooks_);
  auto client = host::make_client(RD_KAFKA_PRODUCER, std::move(*conf));
  client_ = std::move(*client);
}

void Hand::create(const std::string& topic, int partitions) {
  const host::NewTopicHandle wanted{
      rd_kafka_NewTopic_new(topic.c_str(), partitions, 1, nullptr, 0)};
  const host::QueueHandle queue{rd_kafka_queue_new(client_.get())};
  rd_kafka_NewTopic_t* list[] = {wanted.get()};
  rd_kafka_CreateTopics(client_.get(), list, 1, nullptr, queue.get());
  const host::EventHandle answer{rd_kafka_queue_poll(queue.get(), patience_ms)};
  ASSERT_TRUE(answer);
  std::size_t count = 0;
  const auto** results =
      rd_kafka_CreateTopics_result_topics(rd_kafka_event_CreateTopics_result(answer.get()), &count);
  ASSERT_EQ(count, 1U);
  ASSERT_EQ(rd_kafka_topic_result_error(results[0]), RD_KAFKA_RESP_ERR_NO_ERROR);
}

void Hand::fill(const std::string& topic, std::int32_t partition, int from, int to) {
  for (int i = from; i < to; ++i) {
    const std::string text = std::to_string(i);
    ASSERT_EQ(rd_kafka_producev(client_.get(), RD_KAFKA_V_TOPIC(topic.c_str()),
                                RD_KAFKA_V_PARTITION(partition),
                                RD_KAFKA_V_VALUE(const_cast<char*>(text.data()), text.size()),
                                RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY), RD_KAFKA_V_END),
              RD_KAFKA_RESP_ERR_NO_ERROR);
  }
  ASSERT_EQ(rd_kafka_flush(client_.get(), patience_ms), RD_KAFKA_RESP_ERR_NO_ERROR);
}

void Hand::delete_before(const std::string& topic, std::int32_t partition, std::int64_t offset) {
  const host::PartitionListHandle list{rd_kafka_topic_partition_list_new(1)};
  rd_kafka_topic_partition_list_add(list.get(), topic.c_str(), partition)->offset = offset;
  rd_kafka_DeleteRecords_t* wanted[] = {rd_kafka_DeleteRecords_new(list.get())};
  const host::QueueHandle queue{rd_kafka_queue_new(client_.get())};
  rd_kafka_DeleteRecords(client_.get(), wanted, 1, nullptr, queue.get());
  const host::EventHandle answer{rd_kafka_queue_poll(queue.get(), patience_ms)};
  rd_kafka_DeleteRecords_destroy(wanted[0]);
  ASSERT_TRUE(answer);
  ASSERT_EQ(rd_kafka_event_error(answer.get()), RD_KAFKA_RESP_ERR_NO_ERROR);
}

host::ConsumerOptions consumer_options(const std::string& address, const std::string& topic) {
  return {.bootstrap = address,
          .topic = topic,
          .group = "detectors",
          .membership = host::Membership::dynamic,
          .member = "host",
          .worker = 0,
          .properties = {{"session.timeout.ms", "6000"},
                         {"heartbeat.interval.ms", "200"},
                         {"fetch.wait.max.ms", "10"},
                         {"reconnect.backoff.max.ms", "200"}},
          .prefetch = 16 << 20,
          .log = {}};
}

bool poll_until(host::Consumer& consumer, const std::function<bool()>& condition,
                std::vector<Read>* into) {
  const auto end = steady_clock::now() + patience;
  bool more = false;  // as a worker does: what is there besides is taken without waiting
  while (!condition()) {
    if (steady_clock::now() > end) return false;
    const auto message = consumer.poll(more ? 0ms : 20ms);
    more = message.has_value();
    if (message && into != nullptr) {
      into->push_back(
          {message->partition.value, message->offset.value, std::string(message->payload)});
    }
  }
  return true;
}

host::AssignmentEvent next_event(host::Consumer& consumer) {
  std::optional<host::AssignmentEvent> event;
  EXPECT_TRUE(poll_until(consumer, [&] { return (event = consumer.take_event()).has_value(); }));
  return event.value_or(host::AssignmentEvent{.kind = host::AssignmentEvent::Kind::lost});
}

std::vector<Read> read(host::Consumer& consumer, std::size_t count) {
  std::vector<Read> reads;
  EXPECT_TRUE(poll_until(
      consumer, [&] { return reads.size() >= count; }, &reads));
  return reads;
}

std::vector<host::Position> from_the_beginning(const host::AssignmentEvent& event) {
  std::vector<host::Position> positions;
  for (const auto partition : event.partitions) positions.push_back({partition, {}});
  return positions;
}

std::vector<std::string> texts(const std::vector<Read>& reads, std::int32_t partition) {
  std::vector<std::string> found;
  for (const Read& read : reads) {
    if (read.partition == partition) found.push_back(read.text);
  }
  return found;
}

std::vector<std::string> numbers(int from, int to) {
  std::vector<std::string> all;
  for (int i = from; i < to; ++i) all.push_back(std::to_string(i));
  return all;
}

}  // namespace assay::testing
