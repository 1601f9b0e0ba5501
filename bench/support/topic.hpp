// Topics of a real broker: filled with the benches' messages, and read by librdkafka alone.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "bench/support/messages.hpp"
#include "host/kafka/handles.hpp"

namespace assay::bench {

// Of a topic that comes into being by being written to, at the tests' broker.
inline constexpr int kPartitions = 4;

// Sends messages 0 to `count` - 1, keyed and partitioned by customer; returns when all are there.
void fill(const std::string& bootstrap, const std::string& topic, std::uint64_t count, Kind kind);

// A consumer with the engine's own properties, standing at the start of all partitions.
class RawConsumer final {
 public:
  RawConsumer(const std::string& bootstrap, const std::string& topic);
  ~RawConsumer();
  RawConsumer(const RawConsumer&) = delete;
  RawConsumer& operator=(const RawConsumer&) = delete;

  // As soon as there are 1000 messages, or what has come within so many milliseconds.
  std::size_t batch(const std::function<void(const rd_kafka_message_t&)>& take, int wait = 100);
  // One message, nothing after 100 ms of silence.
  host::MessageHandle poll();

 private:
  host::KafkaHandle client_;
  host::QueueHandle queue_;
};

host::KafkaHandle make_producer(const std::string& bootstrap, const char* linger_ms);

}  // namespace assay::bench
