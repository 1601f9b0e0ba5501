// Where the mail server is and how to speak to it; refuses what would send mails in clear.
#pragma once

#include <assay/config.hpp>
#include <chrono>
#include <cstdint>
#include <string>

namespace assay::smtp {

enum class Tls {
  starttls,  // in clear up to STARTTLS, which must succeed
  tls,       // from the first byte
  none,      // loopback only
};
enum class Auth { automatic, plain, login };

struct Settings {
  std::string host;
  std::uint16_t port = 0;
  Tls tls = Tls::starttls;
  std::string ca_file;  // empty: the system's
  Auth auth = Auth::automatic;
  std::string user;  // empty: no AUTH
  std::string password;
  std::string greeting;                 // the name in EHLO
  std::chrono::nanoseconds timeout{0};  // for one answer; the deadline of a call may be nearer
};

// `domain` is the one that mails come from.
[[nodiscard]] Settings read_settings(const Config& config, const std::string& domain);

[[nodiscard]] bool is_loopback(const std::string& host);

}  // namespace assay::smtp
