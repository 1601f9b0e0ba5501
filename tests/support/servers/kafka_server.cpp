#include "tests/support/servers/kafka_server.hpp"

#include <librdkafka/rdkafka.h>

#include <chrono>
#include <stdexcept>

namespace assay::testing {
namespace {

std::vector<std::string> as_arguments(const KafkaOptions& options) {
  std::vector<std::string> arguments{"--partitions", std::to_string(options.partitions), "--heap",
                                     options.heap};
  for (const std::string& setting : options.settings) {
    arguments.insert(arguments.end(), {"--set", setting});
  }
  return arguments;
}

// Asks for the cluster's metadata as that user, by a client of its own.
bool lets_in(const std::string& address, const std::string& user, const std::string& password) {
  auto* conf = rd_kafka_conf_new();
  char error[256];
  const auto set = [&](const char* name, const std::string& value) {
    if (rd_kafka_conf_set(conf, name, value.c_str(), error, sizeof error) != RD_KAFKA_CONF_OK) {
      throw std::runtime_error(error);
    }
  };
  set("bootstrap.servers", address);
  set("security.protocol", "SASL_PLAINTEXT");
  set("sasl.mechanisms", "SCRAM-SHA-256");
  set("sasl.username", user);
  set("sasl.password", password);
  set("log_level", "0");
  auto* client = rd_kafka_new(RD_KAFKA_PRODUCER, conf, error, sizeof error);
  if (client == nullptr) throw std::runtime_error(error);
  const rd_kafka_metadata_t* known = nullptr;
  constexpr int kPatienceMs = 2'000;
  const bool is_in = rd_kafka_metadata(client, 0, nullptr, &known, kPatienceMs) == 0;
  if (is_in) rd_kafka_metadata_destroy(known);
  rd_kafka_destroy(client);
  return is_in;
}

}  // namespace

KafkaServer::KafkaServer(const KafkaOptions& options) : process_("kafka", as_arguments(options)) {}

void KafkaServer::set_password(const std::string& user, const std::string& password) const {
  ServerProcess::carry_out("kafka", {"password", address(), user}, password);
  // The controller has answered; the broker takes the old one until it has heard of it.
  const auto guarded = "127.0.0.1:" + std::to_string(guarded_port());
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  while (!lets_in(guarded, user, password)) {
    if (std::chrono::steady_clock::now() > end) {
      throw std::runtime_error("the broker refuses the password that was set for " + user);
    }
  }
}

// A clean stop takes seconds to save what is thrown away in the next line.
KafkaServer::~KafkaServer() { process_.kill(); }

}  // namespace assay::testing
