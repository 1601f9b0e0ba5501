// A topic as somebody sees it who knows nothing of the engine: bare librdkafka.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "host/kafka/handles.hpp"

namespace assay::testing {

struct TopicRecord {
  std::int32_t partition = 0;
  std::int64_t offset = 0;
  std::int64_t timestamp = 0;  // milliseconds since 1970
  std::string key{};
  std::string value{};
  std::vector<std::pair<std::string, std::string>> headers{};

  [[nodiscard]] std::string header(const std::string& name) const;
};

// Everything that is in the topic now, partition after partition; nothing where there is no topic.
std::vector<TopicRecord> read_topic(const std::string& brokers, const std::string& topic);
// How many records the partitions have held so far.
std::int64_t length_of_topic(const std::string& brokers, const std::string& topic);

struct OutgoingRecord {
  std::string value{};
  std::optional<std::string> key{};
  std::int32_t partition = -1;  // -1: by key
  std::vector<std::pair<std::string, std::string>> headers{};
};
// One client that sends records as they come.
//
// Thread: one.
class RecordSender {
 public:
  explicit RecordSender(const std::string& brokers);
  // Returns at once.
  void send(const std::string& topic, const OutgoingRecord& record);
  // Returns when the broker has them all.
  void flush();

 private:
  host::KafkaHandle client_;
};
// Returns when the broker has them all.
void produce_records(const std::string& brokers, const std::string& topic,
                     const std::vector<OutgoingRecord>& records);
void create_topic(const std::string& brokers, const std::string& topic, int partitions);
// Returns when it is gone.
void delete_topic(const std::string& brokers, const std::string& topic);
// What lies before that offset is gone then, as if it had expired.
void delete_records(const std::string& brokers, const std::string& topic, std::int32_t partition,
                    std::int64_t before);

}  // namespace assay::testing
