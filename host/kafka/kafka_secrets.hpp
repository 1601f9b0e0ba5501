// What one section of the configuration says to Kafka clients, read again when a broker refuses it:
// a rotated password is in its file before anybody thinks of a restart.
//
// All clients of the section share one, so a change, and a reason why a file cannot be used, is
// logged once, without the value.
//
// Thread: any.
#pragma once

#include <functional>
#include <mutex>
#include <string>
#include <tl/expected.hpp>

#include "host/config/config.hpp"
#include "host/kafka/properties.hpp"

namespace assay::host {

class KafkaSecrets final {
 public:
  /// The properties as their files have them now; the error says in words what cannot be read and
  /// holds no secret. Called by any thread, one at a time.
  using ReadAgain = std::function<tl::expected<KafkaProperties, std::string>()>;

  /// `section` is its name for the log, as `source.kafka`.
  KafkaSecrets(std::string section, KafkaProperties known, ReadAgain read, KafkaLog log);

  /// As they were read last.
  [[nodiscard]] KafkaProperties known() const;
  /// Reads again. What is known then: what cannot be read, or is empty, changes nothing.
  KafkaProperties look();

 private:
  void keep(const std::string& why);
  void tell(KafkaLogLevel level, const std::string& what) const;

  std::string section_;
  ReadAgain read_;
  KafkaLog log_;
  mutable std::mutex mutex_;
  KafkaProperties known_;  // guarded, as all below
  std::string told_;       // why what was read is not used
};

}  // namespace assay::host
