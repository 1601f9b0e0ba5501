#include "plugins/sinks/postgres/settings.hpp"

#include <algorithm>

namespace assay::postgres {
namespace {

bool stays_on_this_machine(const std::string& host) {
  return host.empty() || host.front() == '/' || host.front() == '@' || host == "localhost" ||
         host == "::1" || host.rfind("127.", 0) == 0;
}

std::string text(const Config& config, const char* key, std::string_view fallback) {
  return std::string(config.get(key, fallback));
}

}  // namespace

Settings::Settings(const Config& config)
    : host(text(config, "host", "localhost")),
      port(std::to_string(config.get("port", 5432))),
      database(text(config, "database", "")),
      user(text(config, "user", "")),
      password(text(config, "password", "")),
      administrator(text(config, "administrator.user", user)),
      administrator_password(
          config.has("administrator.user") ? text(config, "administrator.password", "") : password),
      engine_role(text(config, "engine_role", user)),
      analyst_role(text(config, "analyst_role", "")),
      ssl_mode(text(config, "sslmode", stays_on_this_machine(host) ? "prefer" : "verify-full")),
      ssl_root_cert(config.path("sslrootcert", "")),
      application_name(text(config, "application_name", "assay")),
      connect_timeout(config.get("connect_timeout", seconds{10})),
      tcp_timeout(config.get("tcp_timeout", seconds{30})) {
  if (ssl_mode != "verify-full" && !stays_on_this_machine(host) &&
      !config.get("allow_insecure_tls", false)) {
    throw config
        .refuse("sslmode", "sslmode " + ssl_mode + " to " + host +
                               " would let others read or answer the connection")
        .advise("use verify-full, or set allow_insecure_tls: true if you accept that");
  }
  if (ssl_mode.rfind("verify", 0) == 0 && ssl_root_cert.empty()) {
    throw config.refuse("host", "sslmode " + ssl_mode + " needs to know whom to trust")
        .advise(
            "name the bundle of certificate authorities: sslrootcert: global-bundle.pem for RDS, "
            "the system's own bundle for a public authority");
  }
}

std::vector<std::pair<std::string, std::string>> Settings::keywords(const std::string& as_user,
                                                                    const std::string& with) const {
  const auto milliseconds =
      std::chrono::duration_cast<std::chrono::milliseconds>(tcp_timeout).count();
  std::vector<std::pair<std::string, std::string>> all{
      {"host", host},
      {"port", port},
      {"dbname", database},
      {"user", as_user},
      {"sslmode", ssl_mode},
      {"application_name", application_name},
      {"client_encoding", "UTF8"},
      {"connect_timeout", std::to_string(std::max<std::int64_t>(
                              2, std::chrono::duration_cast<seconds>(connect_timeout).count()))},
      // After a failover the old primary may still answer: it is not asked to store anything.
      {"target_session_attrs", "read-write"},
      {"keepalives_idle", "10"},
      {"keepalives_interval", "5"},
      {"keepalives_count", "3"},
      {"tcp_user_timeout", std::to_string(milliseconds)}};
  if (!with.empty()) all.emplace_back("password", with);
  if (!ssl_root_cert.empty()) all.emplace_back("sslrootcert", ssl_root_cert);
  return all;
}

std::vector<std::pair<std::string, std::string>> Settings::for_engine() const {
  return keywords(user, password);
}

std::vector<std::pair<std::string, std::string>> Settings::for_administrator() const {
  return keywords(administrator, administrator_password);
}

std::string Settings::without_secrets(std::string text) const {
  for (const auto& secret : {password, administrator_password}) {
    if (secret.empty()) continue;
    for (auto at = text.find(secret); at != std::string::npos; at = text.find(secret, at + 3)) {
      text.replace(at, secret.size(), "***");
    }
  }
  return text;
}

}  // namespace assay::postgres
