// Gives a living Kafka client the user name and password that its section has by now, once a broker
// has refused those that it had. librdkafka uses them for the next connection of the mechanisms
// PLAIN and SCRAM; sessions that are open stay.
//
// Thread: the client's owner.
#pragma once

#include <librdkafka/rdkafka.h>

#include <chrono>
#include <memory>
#include <string>
#include <utility>

#include "host/kafka/kafka_secrets.hpp"

namespace assay::host {

/// User name and password, as far as there are any.
[[nodiscard]] std::pair<std::string, std::string> sasl_of(const KafkaProperties& properties);

class SaslRenewal final {
 public:
  /// librdkafka tells the same refusal of the same broker every 30 s only.
  static constexpr std::chrono::steady_clock::duration kBetweenLooks = std::chrono::seconds{5};

  /// Null: the client keeps what it was made of. `between_looks`: how long tend() waits at least.
  explicit SaslRenewal(std::shared_ptr<KafkaSecrets> secrets,
                       std::chrono::steady_clock::duration between_looks = kBetweenLooks)
      : secrets_(std::move(secrets)), between_looks_(between_looks) {}

  /// What a client is to be made of now: `properties`, or what the section has had since.
  [[nodiscard]] KafkaProperties begin(const KafkaProperties& properties);

  /// Of an error that the client told: looks at once where a broker has refused the credentials.
  void hear(rd_kafka_t* client, rd_kafka_resp_err_t code);
  /// Again every few seconds from the first refusal on: the file may come after it. To be called
  /// while the client is in trouble.
  void tend(rd_kafka_t* client);

 private:
  void look(rd_kafka_t* client);

  std::shared_ptr<KafkaSecrets> secrets_;
  std::chrono::steady_clock::duration between_looks_;
  std::pair<std::string, std::string> given_;
  bool refused_ = false;
  std::chrono::steady_clock::time_point look_at_{};
};

}  // namespace assay::host
