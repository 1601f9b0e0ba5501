#include "host/kafka/sasl_renewal.hpp"

#include "host/kafka/handles.hpp"

namespace assay::host {
namespace {

using std::chrono::steady_clock;

std::string value_of(const KafkaProperties& properties, const char* name) {
  const auto found = properties.find(name);
  return found == properties.end() ? std::string() : found->second;
}

}  // namespace

std::pair<std::string, std::string> sasl_of(const KafkaProperties& properties) {
  return {value_of(properties, "sasl.username"), value_of(properties, "sasl.password")};
}

KafkaProperties SaslRenewal::begin(const KafkaProperties& properties) {
  auto now = secrets_ ? secrets_->known() : properties;
  given_ = sasl_of(now);
  refused_ = false;
  return now;
}

void SaslRenewal::hear(rd_kafka_t* client, rd_kafka_resp_err_t code) {
  if (code != RD_KAFKA_RESP_ERR__AUTHENTICATION &&
      code != RD_KAFKA_RESP_ERR_SASL_AUTHENTICATION_FAILED) {
    return;
  }
  refused_ = true;
  look(client);
}

void SaslRenewal::tend(rd_kafka_t* client) {
  if (refused_ && steady_clock::now() >= look_at_) look(client);
}

void SaslRenewal::look(rd_kafka_t* client) {
  if (!secrets_) return;
  look_at_ = steady_clock::now() + between_looks_;
  auto now = sasl_of(secrets_->look());
  if (now == given_ || now.first.empty() || now.second.empty()) return;
  // It fails where one of them is missing, and on nothing else.
  const ErrorHandle error{
      rd_kafka_sasl_set_credentials(client, now.first.c_str(), now.second.c_str())};
  if (!error) given_ = std::move(now);
}

}  // namespace assay::host
