#include "tests/integration/topic.hpp"

#include <gtest/gtest.h>
#include <librdkafka/rdkafka.h>

#include <map>
#include <stdexcept>
#include <vector>

#include "host/kafka/handles.hpp"
#include "tests/integration/eventually.hpp"

namespace assay::testing {
namespace {

constexpr int kPatienceMs = 60'000;

host::KafkaHandle make_client(rd_kafka_type_t type, const std::string& brokers) {
  rd_kafka_conf_t* conf = rd_kafka_conf_new();
  char error[512];
  const auto set = [&](const char* name, const char* value) {
    if (rd_kafka_conf_set(conf, name, value, error, sizeof error) != RD_KAFKA_CONF_OK) {
      throw std::runtime_error(error);
    }
  };
  set("bootstrap.servers", brokers.c_str());
  set("log.connection.close", "false");
  if (type == RD_KAFKA_CONSUMER) {
    set("group.id", "onlooker");
    set("enable.auto.commit", "false");
    set("fetch.wait.max.ms", "20");
  } else {
    set("message.max.bytes", "5000000");
    set("linger.ms", "5");
  }
  rd_kafka_t* client = rd_kafka_new(type, conf, error, sizeof error);
  if (client == nullptr) throw std::runtime_error(error);
  return host::KafkaHandle(client);
}

int partitions_of(rd_kafka_t* client, const std::string& topic) {
  const host::TopicHandle handle{rd_kafka_topic_new(client, topic.c_str(), nullptr)};
  const rd_kafka_metadata_t* raw = nullptr;
  const auto code = rd_kafka_metadata(client, 0, handle.get(), &raw, kPatienceMs);
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR) return 0;
  const host::MetadataHandle metadata{raw};
  return metadata->topic_cnt == 1 ? metadata->topics[0].partition_cnt : 0;
}

// Where each partition ends.
std::map<std::int32_t, std::pair<std::int64_t, std::int64_t>> extents(rd_kafka_t* client,
                                                                      const std::string& topic) {
  std::map<std::int32_t, std::pair<std::int64_t, std::int64_t>> all;
  const int count = partitions_of(client, topic);
  for (std::int32_t partition = 0; partition < count; ++partition) {
    std::int64_t low = 0;
    std::int64_t high = 0;
    auto code = RD_KAFKA_RESP_ERR_NO_ERROR;
    // A broker that has just come back does not know yet that it leads the partition.
    (void)eventually([&] {
      code = rd_kafka_query_watermark_offsets(client, topic.c_str(), partition, &low, &high,
                                              kPatienceMs);
      return code != RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION &&
             code != RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE;
    });
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR) throw std::runtime_error(rd_kafka_err2str(code));
    all[partition] = {low, high};
  }
  return all;
}

TopicRecord record_of(const rd_kafka_message_t& message) {
  TopicRecord record;
  record.partition = message.partition;
  record.offset = message.offset;
  record.timestamp = rd_kafka_message_timestamp(&message, nullptr);
  record.key.assign(static_cast<const char*>(message.key), message.key_len);
  record.value.assign(static_cast<const char*>(message.payload), message.len);
  rd_kafka_headers_t* headers = nullptr;
  if (rd_kafka_message_headers(&message, &headers) != RD_KAFKA_RESP_ERR_NO_ERROR) return record;
  const char* name = nullptr;
  const void* value = nullptr;
  std::size_t size = 0;
  for (std::size_t i = 0;
       rd_kafka_header_get_all(headers, i, &name, &value, &size) == RD_KAFKA_RESP_ERR_NO_ERROR;
       ++i) {
    record.headers.emplace_back(name, std::string(static_cast<const char*>(value), size));
  }
  return record;
}

// What the broker says to a request of an administrator's.
rd_kafka_resp_err_t answer_on(rd_kafka_queue_t* queue) {
  const host::EventHandle answer{rd_kafka_queue_poll(queue, kPatienceMs)};
  return answer ? rd_kafka_event_error(answer.get()) : RD_KAFKA_RESP_ERR__TIMED_OUT;
}

}  // namespace

std::string TopicRecord::header(const std::string& name) const {
  for (const auto& [known, text] : headers) {
    if (known == name) return text;
  }
  return {};
}

std::vector<TopicRecord> read_topic(const std::string& brokers, const std::string& topic) {
  const auto client = make_client(RD_KAFKA_CONSUMER, brokers);
  rd_kafka_poll_set_consumer(client.get());
  auto left = extents(client.get(), topic);
  std::erase_if(left, [](const auto& one) { return one.second.first == one.second.second; });
  const host::PartitionListHandle list{
      rd_kafka_topic_partition_list_new(static_cast<int>(left.size()))};
  for (const auto& [partition, extent] : left) {
    rd_kafka_topic_partition_list_add(list.get(), topic.c_str(), partition)->offset = extent.first;
  }
  rd_kafka_assign(client.get(), list.get());
  std::vector<TopicRecord> records;
  while (!left.empty()) {
    const host::MessageHandle message{rd_kafka_consumer_poll(client.get(), kPatienceMs)};
    if (!message) throw std::runtime_error("topic " + topic + " does not end");
    if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR) continue;
    records.push_back(record_of(*message));
    const auto found = left.find(message->partition);
    if (found != left.end() && message->offset + 1 >= found->second.second) left.erase(found);
  }
  rd_kafka_consumer_close(client.get());
  return records;
}

std::int64_t length_of_topic(const std::string& brokers, const std::string& topic) {
  const auto client = make_client(RD_KAFKA_CONSUMER, brokers);
  std::int64_t length = 0;
  for (const auto& [partition, extent] : extents(client.get(), topic)) length += extent.second;
  return length;
}

RecordSender::RecordSender(const std::string& brokers)
    : client_(make_client(RD_KAFKA_PRODUCER, brokers)) {}

void RecordSender::send(const std::string& topic, const OutgoingRecord& record) {
  auto* value = const_cast<char*>(record.value.data());
  // In variables: the macro casts the first word of what it is given.
  const void* key = record.key ? record.key->data() : nullptr;
  const std::size_t key_size = record.key ? record.key->size() : 0;
  host::HeadersHandle headers{rd_kafka_headers_new(record.headers.size())};
  for (const auto& [name, text] : record.headers) {
    rd_kafka_header_add(headers.get(), name.data(), static_cast<ssize_t>(name.size()), text.data(),
                        static_cast<ssize_t>(text.size()));
  }
  const auto code = rd_kafka_producev(
      client_.get(), RD_KAFKA_V_TOPIC(topic.c_str()), RD_KAFKA_V_PARTITION(record.partition),
      RD_KAFKA_V_KEY(key, key_size), RD_KAFKA_V_VALUE(value, record.value.size()),
      RD_KAFKA_V_HEADERS(headers.get()), RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY), RD_KAFKA_V_END);
  if (code == RD_KAFKA_RESP_ERR_NO_ERROR) static_cast<void>(headers.release());
  ASSERT_EQ(code, RD_KAFKA_RESP_ERR_NO_ERROR) << rd_kafka_err2str(code);
  rd_kafka_poll(client_.get(), 0);
}

void RecordSender::flush() {
  ASSERT_EQ(rd_kafka_flush(client_.get(), kPatienceMs), RD_KAFKA_RESP_ERR_NO_ERROR);
}

void produce_records(const std::string& brokers, const std::string& topic,
                     const std::vector<OutgoingRecord>& records) {
  RecordSender sender(brokers);
  for (const auto& record : records) sender.send(topic, record);
  sender.flush();
}

void create_topic(const std::string& brokers, const std::string& topic, int partitions) {
  const auto client = make_client(RD_KAFKA_PRODUCER, brokers);
  const host::NewTopicHandle wanted{
      rd_kafka_NewTopic_new(topic.c_str(), partitions, 1, nullptr, 0)};
  const host::QueueHandle queue{rd_kafka_queue_new(client.get())};
  rd_kafka_NewTopic_t* list[] = {wanted.get()};
  rd_kafka_CreateTopics(client.get(), list, 1, nullptr, queue.get());
  ASSERT_EQ(answer_on(queue.get()), RD_KAFKA_RESP_ERR_NO_ERROR);
  // The answer says that the controller knows it; the brokers learn it a moment later.
  while (partitions_of(client.get(), topic) < partitions) rd_kafka_poll(client.get(), 20);
}

void delete_topic(const std::string& brokers, const std::string& topic) {
  // No producer: asking for a topic, that one would make it again.
  const auto client = make_client(RD_KAFKA_CONSUMER, brokers);
  const host::QueueHandle queue{rd_kafka_queue_new(client.get())};
  rd_kafka_DeleteTopic_t* list[] = {rd_kafka_DeleteTopic_new(topic.c_str())};
  rd_kafka_DeleteTopics(client.get(), list, 1, nullptr, queue.get());
  rd_kafka_DeleteTopic_destroy(list[0]);
  ASSERT_EQ(answer_on(queue.get()), RD_KAFKA_RESP_ERR_NO_ERROR);
  while (partitions_of(client.get(), topic) > 0) rd_kafka_poll(client.get(), 20);
}

void delete_records(const std::string& brokers, const std::string& topic, std::int32_t partition,
                    std::int64_t before) {
  const auto client = make_client(RD_KAFKA_PRODUCER, brokers);
  const host::PartitionListHandle places{rd_kafka_topic_partition_list_new(1)};
  rd_kafka_topic_partition_list_add(places.get(), topic.c_str(), partition)->offset = before;
  const host::QueueHandle queue{rd_kafka_queue_new(client.get())};
  rd_kafka_DeleteRecords_t* list[] = {rd_kafka_DeleteRecords_new(places.get())};
  rd_kafka_DeleteRecords(client.get(), list, 1, nullptr, queue.get());
  rd_kafka_DeleteRecords_destroy(list[0]);
  ASSERT_EQ(answer_on(queue.get()), RD_KAFKA_RESP_ERR_NO_ERROR);
}

}  // namespace assay::testing
