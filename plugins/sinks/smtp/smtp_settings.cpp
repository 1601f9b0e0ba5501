#include "plugins/sinks/smtp/smtp_settings.hpp"

#include <algorithm>
#include <fstream>

namespace assay::smtp {
namespace {

Tls tls_of(const Config& config) {
  const auto tls = config.get("tls", "starttls");
  if (tls == "starttls") return Tls::starttls;
  if (tls == "tls") return Tls::tls;
  if (tls == "none") return Tls::none;
  throw config.refuse("tls", "tls is starttls, tls or none");
}

Auth auth_of(const Config& config) {
  const auto auth = config.get("auth", "auto");
  if (auth == "auto") return Auth::automatic;
  if (auth == "plain") return Auth::plain;
  if (auth == "login") return Auth::login;
  throw config.refuse("auth", "auth is auto, plain or login");
}

int usual_port(Tls tls) {
  if (tls == Tls::starttls) return 587;
  return tls == Tls::tls ? 465 : 25;
}

}  // namespace

bool is_loopback(const std::string& host) {
  if (host == "localhost" || host == "::1") return true;
  // An address and no name: anybody may own 127.example.org.
  return host.starts_with("127.") && std::all_of(host.begin(), host.end(), [](char c) {
           return c == '.' || (c >= '0' && c <= '9');
         });
}

Settings read_settings(const Config& config, const std::string& domain) {
  Settings settings;
  settings.host = config.get("host", "");
  if (settings.host.empty()) throw config.refuse("host", "host is missing");
  settings.tls = tls_of(config);
  if (settings.tls == Tls::none && !is_loopback(settings.host)) {
    throw config.refuse("tls", "tls: none is for a server on this machine only")
        .advise("use starttls (port 587) or tls (port 465)");
  }
  const auto port = config.get("port", usual_port(settings.tls));
  if (port < 1 || port > 65535) throw config.refuse("port", "port is between 1 and 65535");
  settings.port = static_cast<std::uint16_t>(port);
  settings.ca_file = config.path("ca_file", "");
  if (!settings.ca_file.empty() && !std::ifstream(settings.ca_file)) {
    throw config.refuse("ca_file", "cannot read " + settings.ca_file);
  }
  settings.auth = auth_of(config);
  settings.user = config.get("user", "");
  settings.password = config.get("password", "");
  if (settings.user.empty() != settings.password.empty()) {
    throw config.refuse(settings.user.empty() ? "password" : "user",
                        "user and password belong together");
  }
  settings.greeting = domain;
  settings.timeout = config.get("timeout", seconds{30});
  if (settings.timeout <= settings.timeout.zero()) {
    throw config.refuse("timeout", "timeout must be longer than nothing");
  }
  return settings;
}

}  // namespace assay::smtp
