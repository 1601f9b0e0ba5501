// A Kafka cluster inside of the test's process, and what arrived in it.
#pragma once

#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace assay::testing {

struct Arrived {
  std::string value;
  std::optional<std::string> key;
  std::string record;  // the header `assay-record`
};

class MockCluster {
 public:
  explicit MockCluster(const std::string& topic);
  ~MockCluster();
  MockCluster(const MockCluster&) = delete;
  MockCluster& operator=(const MockCluster&) = delete;

  [[nodiscard]] std::string brokers() const;

  // The next `count` produce requests are answered so.
  void fail_produce(rd_kafka_resp_err_t error, int count);
  void fail_topic(rd_kafka_resp_err_t error);
  void go_down();
  void come_back();

  // What stands in the topic, read from its start until `count` are there.
  [[nodiscard]] std::vector<Arrived> wait_for(std::size_t count) const;

 private:
  std::string topic_;
  rd_kafka_t* owner_;
  rd_kafka_mock_cluster_t* cluster_;
};

}  // namespace assay::testing
