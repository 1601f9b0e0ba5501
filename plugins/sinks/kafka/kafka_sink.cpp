// Sends every decision to a Kafka topic, as JSON.
//
// Idempotent production keeps librdkafka's own retries from repeating or reordering messages. A
// batch that the host gives again does repeat; the header `assay-record` tells such a repeat.
#include <algorithm>
#include <assay/sink.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "plugins/sinks/kafka/decision_json.hpp"
#include "plugins/sinks/kafka/kafka_class.hpp"
#include "plugins/sinks/kafka/producer.hpp"

namespace {

using assay::kafka::ErrorClass;
using assay::kafka::Outcome;
using assay::kafka::Properties;

constexpr std::string_view ours[] = {"bootstrap.servers", "metadata.broker.list",
                                     "enable.idempotence"};
constexpr std::string_view secrets[] = {"sasl.username", "sasl.password", "ssl.key.password"};

template <std::size_t size>
bool contains(const std::string_view (&names)[size], std::string_view name) {
  return std::find(std::begin(names), std::end(names), name) != std::end(names);
}

// A property may stand as `linger.ms: 5` or as maps inside of each other.
void collect(const assay::Config& config, const std::string& path, const std::string& name,
             Properties& properties) {
  const auto below = config.count(path);
  for (std::uint32_t i = 0; i < below; ++i) {
    const std::string key(config.key_at(path, i));
    collect(config, path + "." + key, name.empty() ? key : name + "." + key, properties);
  }
  if (below > 0 || name.empty()) return;
  if (contains(ours, name)) {
    throw config.refuse(path, name + " is set by the sink").advise("remove it");
  }
  if (contains(secrets, name)) {
    throw config.refuse(path, name + " does not belong among the properties")
        .advise("use user, password and key_password: they are kept out of logs");
  }
  const std::string value(config.get(path, ""));
  if (name == "enable.ssl.certificate.verification" && value != "true") {
    throw config.refuse(path, "the broker's certificate must be verified")
        .advise("name its authority in ssl.ca.location");
  }
  properties.emplace_back(name, value);
}

Properties properties_of(const assay::Config& config) {
  Properties properties;
  collect(config, "properties", "", properties);
  const std::string brokers(config.get("brokers", ""));
  if (brokers.empty()) throw config.refuse("brokers", "brokers is missing");
  properties.emplace_back("bootstrap.servers", brokers);
  properties.emplace_back("enable.idempotence", "true");
  const auto add = [&](std::string_view key, std::string_view property) {
    const auto value = config.get(key, "");
    if (!value.empty()) properties.emplace_back(property, value);
  };
  add("user", "sasl.username");
  add("password", "sasl.password");
  add("key_password", "ssl.key.password");
  return properties;
}

std::string topic_of(const assay::Config& config) {
  std::string topic(config.get("topic", ""));
  if (topic.empty()) throw config.refuse("topic", "topic is missing");
  return topic;
}

class Kafka {
 public:
  static constexpr const char* schema = R"({
  "type": "object",
  "additionalProperties": false,
  "required": ["brokers", "topic"],
  "properties": {
    "brokers": {"type": "string", "description": "host:port, several with commas"},
    "topic": {"type": "string"},
    "key": {"type": "string", "default": "user_id",
      "description": "field that is the message's key: user_id, transaction_id or another"},
    "fields": {"type": "array", "items": {"type": "string"},
      "description": "fields of the transaction to send; all but the holder's if absent"},
    "user": {"type": "string", "description": "sasl.username"},
    "password": {"type": "string", "format": "secret", "description": "sasl.password"},
    "key_password": {"type": "string", "format": "secret", "description": "ssl.key.password"},
    "properties": {"type": "object", "description": "passed to librdkafka as they are",
      "patternProperties": {
        "(password|secret|\\.key\\.pem|^sasl\\.oauthbearer\\.config)$":
          {"type": "string", "format": "secret"}}}
  }
})";

  Kafka(const assay::Config& config, const assay::Host& host)
      : key_(config.get("key", "user_id")),
        producer_(config, host, topic_of(config), properties_of(config)) {
    for (std::uint32_t i = 0; i < config.count("fields"); ++i) {
      fields_.emplace_back(config.get("fields." + std::to_string(i), ""));
    }
  }

  bool bind(assay::RecordKind kind, assay::Binder& binder) {
    if (kind != assay::RecordKind::decision) return false;
    json_.bind(binder, fields_, key_);
    return true;
  }

  void write(const assay::Records& records, assay::Deadline deadline, assay::Statuses& statuses) {
    producer_.begin();
    std::vector<std::uint32_t> rows(records.size());
    for (std::uint32_t row = 0; row < records.size(); ++row) rows[row] = row;
    auto outcomes = send(records, rows, deadline);
    // A broker refuses a whole set for one message: alone, each shows whether it is the one.
    for (std::uint32_t row = 0; row < records.size() && records.size() > 1; ++row) {
      if (outcomes[row].error != RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE || deadline.over()) continue;
      outcomes[row] = send(records, {row}, deadline).front();
    }
    for (std::uint32_t row = 0; row < records.size(); ++row) report(outcomes[row], row, statuses);
  }

  void health(assay::Deadline deadline) {
    producer_.begin();
    producer_.check(deadline);
  }

  void interrupt() { producer_.interrupt(); }

  void renew(const assay::Config& config) { producer_.renew(config, properties_of(config)); }

 private:
  std::vector<Outcome> send(const assay::Records& records, const std::vector<std::uint32_t>& rows,
                            assay::Deadline deadline) {
    std::size_t waiting = 0;
    std::vector<Outcome> outcomes(rows.size(), Outcome{&waiting});
    for (std::size_t i = 0; i < rows.size(); ++i) {
      json_.write(records, rows[i], value_);
      const auto key = json_.key(records[rows[i]]);
      const auto record = json_.idempotency_key(records, rows[i]);
      producer_.produce({value_, key, record}, outcomes[i], deadline);
    }
    producer_.wait(waiting, deadline);
    for (auto& outcome : outcomes) outcome.waiting = nullptr;
    return outcomes;
  }

  void report(const Outcome& outcome, std::uint32_t row, assay::Statuses& statuses) {
    auto error = outcome.answered ? outcome.error : RD_KAFKA_RESP_ERR__TIMED_OUT;
    auto kind = assay::kafka::kafka_class(error);
    if (kind == ErrorClass::none) return;
    if (kind == ErrorClass::transient && producer_.refused() != RD_KAFKA_RESP_ERR_NO_ERROR) {
      error = producer_.refused();
      kind = ErrorClass::configuration;
    }
    const std::string code = rd_kafka_err2name(error);
    const std::string text = rd_kafka_err2str(error);
    if (kind == ErrorClass::data) {
      statuses.set(row, assay::Failure::data_in_row(row, code, text));
    } else if (kind == ErrorClass::configuration) {
      statuses.set(row, assay::Failure::configuration(code, text));
      producer_.discard();
    } else {
      statuses.set(row, assay::Failure::transient_in_row(row, code, text));
    }
  }

  std::string key_;
  std::vector<std::string> fields_;
  assay::kafka::DecisionJson json_;
  assay::kafka::Producer producer_;
  std::string value_;
};

}  // namespace

ASSAY_SINK(Kafka, "kafka", "1.0.0")
