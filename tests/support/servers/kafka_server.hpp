// A real Kafka broker on loopback for one test (or one suite: it takes about a second to start).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "tests/support/servers/server_process.hpp"

namespace assay::testing {

struct KafkaOptions {
  int partitions = 4;                 // of a topic that nobody created beforehand
  std::string heap = "256m";          // of the broker's JVM
  std::vector<std::string> settings;  // more broker properties, each "name=value"
};

class KafkaServer {
 public:
  explicit KafkaServer(const KafkaOptions& options = {});
  ~KafkaServer();

  /// host:port, for `bootstrap.servers`; the same after start_again().
  [[nodiscard]] const std::string& address() const { return process_.fact("address"); }

  /// A second way in, for a proxy: it listens on the one port for the other, and whoever comes
  /// through it is led through it again, as a broker says where it is.
  [[nodiscard]] std::uint16_t proxy_port() const { return port("proxy_port"); }
  [[nodiscard]] std::uint16_t behind_port() const { return port("behind_port"); }

  /// The same where a user name and a password are asked for: SASL_PLAINTEXT, SCRAM-SHA-256.
  [[nodiscard]] std::uint16_t guarded_proxy_port() const { return port("guarded_proxy_port"); }
  [[nodiscard]] std::uint16_t guarded_port() const { return port("guarded_port"); }
  /// Of a user there; one that is not known comes into being. Sessions that are open stay. When it
  /// returns, the broker takes this password and no earlier one.
  void set_password(const std::string& user, const std::string& password) const;

  void stop() { process_.stop(); }
  void kill() { process_.kill(); }
  void start_again() { process_.start_again(); }

  static std::optional<std::string> unavailable() { return ServerProcess::unavailable("kafka"); }

 private:
  [[nodiscard]] std::uint16_t port(const std::string& name) const {
    return static_cast<std::uint16_t>(std::stoi(process_.fact(name)));
  }

  ServerProcess process_;
};

}  // namespace assay::testing
