#include "host/kafka/kafka_secrets.hpp"

#include <utility>

#include "host/kafka/sasl_renewal.hpp"

namespace assay::host {
namespace {

KafkaProperties without_sasl(KafkaProperties properties) {
  properties.erase("sasl.username");
  properties.erase("sasl.password");
  return properties;
}

}  // namespace

KafkaSecrets::KafkaSecrets(std::string section, KafkaProperties known, ReadAgain read, KafkaLog log)
    : section_(std::move(section)),
      read_(std::move(read)),
      log_(std::move(log)),
      known_(std::move(known)) {}

KafkaProperties KafkaSecrets::known() const {
  const std::lock_guard lock(mutex_);
  return known_;
}

KafkaProperties KafkaSecrets::look() {
  const std::lock_guard lock(mutex_);
  auto read = read_();
  if (!read) {
    keep(read.error());
    return known_;
  }
  // A file that is just being written may be empty.
  for (const auto& [name, value] : *read) {
    if (!value.empty() || known_[name].empty()) continue;
    keep("the file of `" + name + "` is empty");
    return known_;
  }
  told_.clear();
  const auto before = std::exchange(known_, std::move(*read));
  if (sasl_of(known_) != sasl_of(before)) {
    tell(KafkaLogLevel::info, ": a secret has changed and is used from now on");
  }
  if (without_sasl(known_) != without_sasl(before)) {
    tell(KafkaLogLevel::warning,
         ": a property has changed that a Kafka client takes at a start only: restart the engine");
  }
  return known_;
}

void KafkaSecrets::keep(const std::string& why) {
  if (std::exchange(told_, why) == why) return;
  tell(KafkaLogLevel::warning, " keeps the secrets that it has: " + why);
}

void KafkaSecrets::tell(KafkaLogLevel level, const std::string& what) const {
  if (log_) log_(level, section_ + what);
}

}  // namespace assay::host
