// A throw-away PostgreSQL cluster for one test or suite, with the roles that an installation has:
// an owner of the database, and the engine's role that may only connect until it is granted more.
// The connection strings name a password file; no password is in them.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "tests/support/servers/server_process.hpp"

namespace assay::testing {

struct PostgresOptions {
  bool tls = false;                   // TCP only with verify-full against ca()
  bool fsync = true;                  // a kill() without it may lose or tear what was committed
  std::vector<std::string> settings;  // more server parameters, each "name=value"
};

class PostgresServer {
 public:
  explicit PostgresServer(const PostgresOptions& options = {});

  /// libpq connection strings; all stay the same after start_again().
  [[nodiscard]] const std::string& owner() const { return process_.fact("owner"); }
  [[nodiscard]] const std::string& engine() const { return process_.fact("engine"); }
  [[nodiscard]] const std::string& superuser() const { return process_.fact("superuser"); }
  [[nodiscard]] const std::string& owner_socket() const { return process_.fact("owner_socket"); }
  [[nodiscard]] const std::string& engine_socket() const { return process_.fact("engine_socket"); }

  /// The parts, for a configuration that is built from them. The roles are assay_owner and
  /// assay_engine.
  [[nodiscard]] const std::string& host() const { return process_.fact("host"); }
  [[nodiscard]] const std::string& port() const { return process_.fact("port"); }
  [[nodiscard]] const std::string& database() const { return process_.fact("database"); }
  [[nodiscard]] std::filesystem::path owner_password_file() const {
    return process_.fact("owner_password_file");
  }
  [[nodiscard]] std::filesystem::path engine_password_file() const {
    return process_.fact("engine_password_file");
  }
  /// The certificate authority's file; empty without TLS.
  [[nodiscard]] std::filesystem::path ca() const { return process_.fact("ca"); }

  void stop() { process_.stop(); }
  void kill() { process_.kill(); }
  void start_again() { process_.start_again(); }

  static std::optional<std::string> unavailable() { return ServerProcess::unavailable("postgres"); }

 private:
  ServerProcess process_;
};

}  // namespace assay::testing
