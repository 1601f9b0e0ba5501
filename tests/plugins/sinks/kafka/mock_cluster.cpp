#include "tests/plugins/sinks/kafka/mock_cluster.hpp"

#include <stdexcept>

namespace assay::testing {
namespace {

constexpr std::int16_t produce_request = 0;

rd_kafka_t* client(rd_kafka_type_t type,
                   const std::vector<std::pair<std::string, std::string>>& properties) {
  char reason[512];
  auto* conf = rd_kafka_conf_new();
  for (const auto& [name, value] : properties) {
    if (rd_kafka_conf_set(conf, name.c_str(), value.c_str(), reason, sizeof reason) !=
        RD_KAFKA_CONF_OK) {
      throw std::runtime_error(reason);
    }
  }
  auto* made = rd_kafka_new(type, conf, reason, sizeof reason);
  if (!made) throw std::runtime_error(reason);
  return made;
}

std::string header_of(const rd_kafka_message_t* message, const char* name) {
  rd_kafka_headers_t* headers = nullptr;
  const void* value = nullptr;
  std::size_t size = 0;
  if (rd_kafka_message_headers(message, &headers) != RD_KAFKA_RESP_ERR_NO_ERROR ||
      rd_kafka_header_get_last(headers, name, &value, &size) != RD_KAFKA_RESP_ERR_NO_ERROR) {
    return {};
  }
  return {static_cast<const char*>(value), size};
}

}  // namespace

MockCluster::MockCluster(const std::string& topic)
    : topic_(topic),
      owner_(client(RD_KAFKA_PRODUCER, {})),
      cluster_(rd_kafka_mock_cluster_new(owner_, 1)) {
  rd_kafka_mock_topic_create(cluster_, topic.c_str(), 1, 1);
}

MockCluster::~MockCluster() {
  rd_kafka_mock_cluster_destroy(cluster_);
  rd_kafka_destroy(owner_);
}

std::string MockCluster::brokers() const { return rd_kafka_mock_cluster_bootstraps(cluster_); }

void MockCluster::fail_produce(rd_kafka_resp_err_t error, int count) {
  const std::vector<rd_kafka_resp_err_t> errors(static_cast<std::size_t>(count), error);
  rd_kafka_mock_push_request_errors_array(cluster_, produce_request, errors.size(), errors.data());
}

void MockCluster::fail_topic(rd_kafka_resp_err_t error) {
  rd_kafka_mock_topic_set_error(cluster_, topic_.c_str(), error);
}

void MockCluster::go_down() { rd_kafka_mock_broker_set_down(cluster_, 1); }
void MockCluster::come_back() { rd_kafka_mock_broker_set_up(cluster_, 1); }

std::vector<Arrived> MockCluster::wait_for(std::size_t count) const {
  auto* consumer = client(
      RD_KAFKA_CONSUMER,
      {{"bootstrap.servers", brokers()}, {"group.id", "test"}, {"auto.offset.reset", "earliest"}});
  auto* partitions = rd_kafka_topic_partition_list_new(1);
  rd_kafka_topic_partition_list_add(partitions, topic_.c_str(), 0)->offset =
      RD_KAFKA_OFFSET_BEGINNING;
  rd_kafka_assign(consumer, partitions);
  rd_kafka_topic_partition_list_destroy(partitions);
  std::vector<Arrived> arrived;
  for (int patience = 0; arrived.size() < count && patience < 300; ++patience) {
    auto* message = rd_kafka_consumer_poll(consumer, 100);
    if (!message) continue;
    if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR) {
      Arrived one{{static_cast<const char*>(message->payload), message->len}, {}, {}};
      if (message->key) one.key.emplace(static_cast<const char*>(message->key), message->key_len);
      one.record = header_of(message, "assay-record");
      arrived.push_back(std::move(one));
    }
    rd_kafka_message_destroy(message);
  }
  rd_kafka_consumer_close(consumer);
  rd_kafka_destroy(consumer);
  return arrived;
}

}  // namespace assay::testing
