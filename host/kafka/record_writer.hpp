// Records put into topics by a person's command: each at the partition that it names, acknowledged
// by all replicas or reported as refused. Unlike dead letters they are given up after a while: the
// person is there and tries again.
//
// Thread: the one that made it.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <tl/expected.hpp>
#include <vector>

#include "host/kafka/handles.hpp"
#include "host/kafka/log_record.hpp"
#include "host/kafka/properties.hpp"

namespace assay::host {

class RecordWriter final {
 public:
  /// Checks the properties; contacts nobody yet.
  [[nodiscard]] static tl::expected<std::unique_ptr<RecordWriter>, KafkaError> open(
      const std::string& bootstrap, const KafkaProperties& properties);
  ~RecordWriter();
  RecordWriter(const RecordWriter&) = delete;
  RecordWriter& operator=(const RecordWriter&) = delete;

  using Written = tl::expected<std::int64_t, KafkaError>;  // the offset
  /// Waits for all of them; an answer for each. `offset` of a record is of no meaning here, and a
  /// timestamp below 0 is the time of writing.
  [[nodiscard]] std::vector<Written> write(const std::string& topic,
                                           const std::vector<LogRecord>& records);

 private:
  RecordWriter() = default;
  static void on_delivery(rd_kafka_t* client, const rd_kafka_message_t* message, void* opaque);
  rd_kafka_resp_err_t produce(const std::string& topic, const LogRecord& record, Written& answer);

  KafkaHooks hooks_;
  KafkaHandle client_;
};

}  // namespace assay::host
