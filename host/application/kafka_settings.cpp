#include "host/application/kafka_settings.hpp"

#include <string>
#include <utility>

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

}  // namespace

void check_kafka_settings(const Config& config, Diagnostics& diagnostics) {
  check(config, "source", config.source.kafka, diagnostics);
  check(config, "dead_letters", config.dead_letters.kafka, diagnostics);
}

void refuse_client(const KafkaError& error, Diagnostics& diagnostics) {
  Diagnostic fault;
  fault.code = Code::refused_client;
  fault.message = "the Kafka client cannot be made: " + error.words;
  fault.path = "source.kafka";
  diagnostics.add(std::move(fault));
}

}  // namespace assay::host
