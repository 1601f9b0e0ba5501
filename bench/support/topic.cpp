#include "bench/support/topic.hpp"

#include <array>
#include <cstdio>
#include <cstdlib>

#include "host/kafka/properties.hpp"

namespace assay::bench {
namespace {

constexpr int kTimeoutMs = 60'000;

[[noreturn]] void fail(const std::string& what) {
  std::fprintf(stderr, "%s\n", what.c_str());
  std::exit(1);
}

host::KafkaHandle make_client(rd_kafka_type_t type, const host::KafkaProperties& properties) {
  static host::KafkaHooks hooks;
  auto conf = host::make_conf(properties, hooks);
  if (!conf) fail(conf.error().words);
  auto client = host::make_client(type, std::move(*conf));
  if (!client) fail(client.error().words);
  return std::move(*client);
}

}  // namespace

host::KafkaHandle make_producer(const std::string& bootstrap, const char* linger_ms) {
  return make_client(RD_KAFKA_PRODUCER, {{"bootstrap.servers", bootstrap},
                                         {"linger.ms", linger_ms},
                                         {"socket.nagle.disable", "true"},
                                         {"queue.buffering.max.messages", "500000"}});
}

void fill(const std::string& bootstrap, const std::string& topic, std::uint64_t count, Kind kind) {
  const auto producer = make_producer(bootstrap, "20");
  const host::TopicHandle handle(rd_kafka_topic_new(producer.get(), topic.c_str(), nullptr));
  std::string text;
  for (std::uint64_t i = 0; i < count; ++i) {
    text.clear();
    append_message(text, i, kind);
    const auto customer = std::to_string(10'000 + i % kCustomers);
    const auto partition = static_cast<std::int32_t>(i % kCustomers % kPartitions);
    while (rd_kafka_produce(handle.get(), partition, RD_KAFKA_MSG_F_COPY, text.data(), text.size(),
                            customer.data(), customer.size(), nullptr) != 0) {
      if (rd_kafka_last_error() != RD_KAFKA_RESP_ERR__QUEUE_FULL) {
        fail(std::string("a message was not taken: ") + rd_kafka_err2str(rd_kafka_last_error()));
      }
      rd_kafka_poll(producer.get(), 10);
    }
    if (i % 1'000 == 0) rd_kafka_poll(producer.get(), 0);
  }
  if (rd_kafka_flush(producer.get(), kTimeoutMs) != RD_KAFKA_RESP_ERR_NO_ERROR) {
    fail("the broker did not take all messages");
  }
}

RawConsumer::RawConsumer(const std::string& bootstrap, const std::string& topic) {
  host::ConsumerOptions options;
  options.bootstrap = bootstrap;
  options.topic = topic;
  options.group = "bench-raw";
  options.membership = host::Membership::none;
  client_ = make_client(RD_KAFKA_CONSUMER, host::consumer_properties(options));
  rd_kafka_poll_set_consumer(client_.get());
  queue_.reset(rd_kafka_queue_get_consumer(client_.get()));
  const host::TopicHandle handle(rd_kafka_topic_new(client_.get(), topic.c_str(), nullptr));
  const rd_kafka_metadata_t* metadata = nullptr;
  rd_kafka_metadata(client_.get(), 0, handle.get(), &metadata, kTimeoutMs);
  const host::MetadataHandle owner(metadata);
  const host::PartitionListHandle list(rd_kafka_topic_partition_list_new(kPartitions));
  for (int i = 0; i < kPartitions; ++i) {
    rd_kafka_topic_partition_list_add(list.get(), topic.c_str(), i)->offset =
        RD_KAFKA_OFFSET_BEGINNING;
  }
  rd_kafka_assign(client_.get(), list.get());
}

RawConsumer::~RawConsumer() {
  queue_.reset();
  rd_kafka_consumer_close(client_.get());
}

std::size_t RawConsumer::batch(const std::function<void(const rd_kafka_message_t&)>& take,
                               int wait) {
  std::array<rd_kafka_message_t*, 1'000> messages{};
  const auto got =
      rd_kafka_consume_batch_queue(queue_.get(), wait, messages.data(), messages.size());
  std::size_t sound = 0;
  for (std::int64_t i = 0; i < got; ++i) {
    if (messages[i]->err == RD_KAFKA_RESP_ERR_NO_ERROR) {
      take(*messages[i]);
      ++sound;
    }
    rd_kafka_message_destroy(messages[i]);
  }
  return sound;
}

host::MessageHandle RawConsumer::poll() {
  host::MessageHandle message(rd_kafka_consumer_poll(client_.get(), 100));
  if (message && message->err != RD_KAFKA_RESP_ERR_NO_ERROR) message.reset();
  return message;
}

}  // namespace assay::bench
