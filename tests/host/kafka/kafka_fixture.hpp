// The other side of the consumer's tests: a mock cluster inside the process, and the few things a
// test does to a broker, real or not.
#pragma once

#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "host/kafka/consumer.hpp"

namespace assay::testing {

// What is waited for comes within seconds or never; a loaded machine gets its time.
inline constexpr std::chrono::seconds patience{120};

/// librdkafka's own broker, on loopback, in this process.
class MockCluster {
 public:
  explicit MockCluster(const std::string& topic, int partitions);
  ~MockCluster();
  const std::string& address() const { return address_; }
  rd_kafka_mock_cluster_t* cluster() const { return cluster_; }

 private:
  rd_kafka_t* client_;
  rd_kafka_mock_cluster_t* cluster_;
  std::string address_;
};

/// One client that makes topics and fills them.
class Hand {
 public:
  explicit Hand(const std::string& address);
  void create(const std::string& topic, int partitions);
  /// Records "0", "1", ... of one partition; returns when the broker has them.
  void fill(const std::string& topic, std::int32_t partition, int from, int to);
  void delete_before(const std::string& topic, std::int32_t partition, std::int64_t offset);

 private:
  host::KafkaHooks hooks_;
  host::KafkaHandle client_;
};

/// Fast timings for tests; everything else as in production.
host::ConsumerOptions consumer_options(const std::string& address, const std::string& topic);

struct Read {
  std::int32_t partition;
  std::int64_t offset;
  std::string text;
  friend bool operator==(const Read&, const Read&) = default;
};

/// Polls until the condition holds; false when patience is over.
bool poll_until(host::Consumer& consumer, const std::function<bool()>& condition,
                std::vector<Read>* into = nullptr);
/// Polls until an event comes; an event of kind `lost` without partitions when none did.
host::AssignmentEvent next_event(host::Consumer& consumer);
/// Reads until there are that many.
std::vector<Read> read(host::Consumer& consumer, std::size_t count);
/// Every partition of the event from the beginning.
std::vector<host::Position> from_the_beginning(const host::AssignmentEvent& event);
/// The texts of one partition in the order read.
std::vector<std::string> texts(const std::vector<Read>& reads, std::int32_t partition);
/// "from", ..., "to - 1".
std::vector<std::string> numbers(int from, int to);

}  // namespace assay::testing
