// The least of librdkafka that the producer needs: one client, topics looked up and created,
// records sent with back-pressure, delivery reports counted. Errors are sentences; the kind tells a
// dead peer from a refusal.
//
// Thread: the one that made it.
#pragma once

#include <librdkafka/rdkafka.h>

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "host/produce/producer.hpp"

namespace assay::host {

class KafkaProducer {
 public:
  // Sets up the client; contacts nobody yet.
  static tl::expected<std::unique_ptr<KafkaProducer>, ProduceError> open(
      const std::string& bootstrap, const std::map<std::string, std::string>& properties);
  ~KafkaProducer();
  KafkaProducer(const KafkaProducer&) = delete;
  KafkaProducer& operator=(const KafkaProducer&) = delete;

  // Partition counts of all topics; the first call finds out whether anybody is there.
  tl::expected<std::map<std::string, int>, ProduceError> topics(std::chrono::milliseconds timeout);

  struct NewTopic {
    std::string name;
    int partitions;
    std::map<std::string, std::string> configuration;
  };
  enum class Created : std::uint8_t { yes, broker_cannot };
  // Replication as the broker's default has it. A topic that somebody else has created meanwhile is
  // fine.
  // A broker that stays silent for the whole timeout counts as one that cannot.
  tl::expected<Created, ProduceError> create_topic(const NewTopic& topic,
                                                   std::chrono::milliseconds timeout);

  // A setting of a topic, as text; nothing when the broker does not say within the timeout.
  std::optional<std::string> topic_setting(const std::string& topic, std::string_view name,
                                           std::chrono::milliseconds timeout);

  // Hands a copy to librdkafka; waits while its queue is full. Time in milliseconds since 1970. An
  // empty key is none.
  tl::expected<void, ProduceError> send(const std::string& topic, std::string_view key,
                                        std::string_view value, std::int64_t time_ms);

  // Serves delivery reports for at most this long; an error is the first failed delivery.
  tl::expected<void, ProduceError> poll(std::chrono::milliseconds wait);

  std::uint64_t sent() const { return sent_; }
  std::uint64_t acknowledged() const { return acknowledged_; }

 private:
  KafkaProducer() = default;
  static void on_delivery(rd_kafka_t* client, const rd_kafka_message_t* message, void* self);
  static void on_error(rd_kafka_t* client, int code, const char* reason, void* self);
  ProduceError unreachable(const std::string& what) const;
  tl::expected<void, ProduceError> delivery_state() const;

  rd_kafka_t* client_ = nullptr;
  std::string bootstrap_;
  std::uint64_t sent_ = 0;
  std::uint64_t acknowledged_ = 0;
  rd_kafka_resp_err_t first_failure_ = RD_KAFKA_RESP_ERR_NO_ERROR;
  std::string first_failure_topic_;
  std::string last_trouble_;  // what librdkafka last said about its connections
};

}  // namespace assay::host
