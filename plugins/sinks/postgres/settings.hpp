// How to reach the database: read once from the configuration, checked before anything connects.
#pragma once

#include <assay/config.hpp>
#include <string>
#include <utility>
#include <vector>

namespace assay::postgres {

struct Settings {
  // Throws a Refusal with place and advice, e.g. for a connection to another machine that could be
  // read or answered by anybody.
  explicit Settings(const Config& config);

  // Keywords and values for libpq; the administrator's are for migrations and maintenance.
  std::vector<std::pair<std::string, std::string>> for_engine() const;
  std::vector<std::pair<std::string, std::string>> for_administrator() const;

  // For messages: host, port and database; never user or password.
  std::string place() const { return host + ":" + port + "/" + database; }
  // `text` without the passwords, should a server ever repeat one.
  std::string without_secrets(std::string text) const;

  std::string host, port, database, user, password;
  std::string administrator, administrator_password;
  std::string engine_role, analyst_role;
  std::string ssl_mode, ssl_root_cert, application_name;
  Duration connect_timeout{};
  Duration tcp_timeout{};

 private:
  std::vector<std::pair<std::string, std::string>> keywords(const std::string& as_user,
                                                            const std::string& with) const;
};

inline constexpr const char* settings_schema = R"json({
  "type": "object",
  "additionalProperties": false,
  "required": ["database", "user"],
  "properties": {
    "host": {"type": "string", "default": "localhost", "description": "name, address, or folder of a socket"},
    "port": {"type": "integer", "minimum": 1, "maximum": 65535, "default": 5432},
    "database": {"type": "string", "pattern": "."},
    "user": {"type": "string", "pattern": ".", "description": "the role that stores; needs no right to create"},
    "password": {"type": "string", "format": "secret"},
    "sslmode": {"enum": ["disable", "allow", "prefer", "require", "verify-ca", "verify-full"],
                "description": "verify-full unless the host is loopback or a socket (prefer there)"},
    "sslrootcert": {"type": "string", "format": "path", "description": "bundle of authorities, e.g. that of RDS"},
    "allow_insecure_tls": {"type": "boolean", "default": false, "description": "permit less than verify-full to another host"},
    "application_name": {"type": "string", "default": "assay"},
    "connect_timeout": {"type": "string", "format": "duration", "default": "10s"},
    "tcp_timeout": {"type": "string", "format": "duration", "default": "30s",
                    "description": "a connection whose bytes are not acknowledged for so long is given up"},
    "engine_role": {"type": "string", "description": "who gets the engine's grants; default: user"},
    "analyst_role": {"type": "string", "description": "who may read the views of assay_api; nobody by default"},
    "administrator": {
      "type": "object",
      "additionalProperties": false,
      "required": ["user"],
      "description": "who migrates and maintains; default: user",
      "properties": {
        "user": {"type": "string", "pattern": "."},
        "password": {"type": "string", "format": "secret"}
      }
    }
  }
})json";

}  // namespace assay::postgres
