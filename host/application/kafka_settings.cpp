#include "host/application/kafka_settings.hpp"

#include <string>
#include <utility>

#include "host/application/kafka_log.hpp"
#include "host/config/read_again.hpp"
#include "host/kafka/properties.hpp"

namespace assay::host {
namespace {

void check(const Config& config, const std::string& section, const KafkaProperties& properties,
           Diagnostics& diagnostics) {
  const Node* written = config.merged.find(section);
  if (written != nullptr) written = written->find("kafka");
  for (const auto& property : properties) {
    KafkaHooks hooks;
    const auto conf = make_conf({property}, hooks);
    if (conf) continue;
    Diagnostic fault;
    fault.code = Code::refused_client;
    fault.message = conf.error().words;
    fault.path = section + ".kafka." + property.first;
    if (const Entry* entry = written ? written->entry(property.first) : nullptr) {
      fault.span = entry->key_span;
    }
    diagnostics.add(std::move(fault));
  }
}

using Properties = tl::expected<KafkaProperties, std::string>;

std::optional<Node> written_properties(const Config& config, const std::string& section) {
  const Node* node = config.merged.find(section);
  if (node != nullptr) node = node->find("kafka");
  return node != nullptr ? std::optional(*node) : std::nullopt;
}

Properties lay_over(Properties below, const std::optional<Node>& written) {
  if (!below || !written) return below;
  const auto read = read_again(*written, process_environment());
  if (!read) return tl::unexpected(read.error());
  for (const Entry& entry : read->entries) {
    if (entry.value.is_scalar()) (*below)[entry.key] = entry.value.text;
  }
  return below;
}

}  // namespace

void check_kafka_settings(const Config& config, Diagnostics& diagnostics) {
  check(config, "source", config.source.kafka, diagnostics);
  check(config, "dead_letters", config.dead_letters.kafka, diagnostics);
}

std::shared_ptr<KafkaSecrets> source_secrets(const Config& config) {
  return std::make_shared<KafkaSecrets>(
      "source.kafka", config.source.kafka,
      [written = written_properties(config, "source")] { return lay_over({}, written); },
      kafka_log());
}

std::shared_ptr<KafkaSecrets> dead_letter_secrets(const Config& config) {
  auto known = config.source.kafka;
  for (const auto& [name, value] : config.dead_letters.kafka) known[name] = value;
  return std::make_shared<KafkaSecrets>(
      "dead_letters.kafka", std::move(known),
      [below = written_properties(config, "source"),
       above = written_properties(config, "dead_letters")] {
        return lay_over(lay_over({}, below), above);
      },
      kafka_log());
}

void refuse_client(const KafkaError& error, Diagnostics& diagnostics) {
  Diagnostic fault;
  fault.code = Code::refused_client;
  fault.message = "the Kafka client cannot be made: " + error.words;
  fault.path = "source.kafka";
  diagnostics.add(std::move(fault));
}

}  // namespace assay::host
