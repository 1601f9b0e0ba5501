// A real SMTP server on loopback that keeps what it accepts as files, and that can be told to
// answer badly.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/servers/server_process.hpp"

namespace assay::testing {

struct SmtpOptions {
  enum class Security { kPlain, kStartTls, kTls };
  Security security = Security::kPlain;
  bool refuse_starttls = false;  // STARTTLS is offered and then answered with 454
  std::string user;              // only this user may send; empty: anybody
  std::string password;
};

class SmtpServer {
 public:
  explicit SmtpServer(const SmtpOptions& options = {});

  /// Where it listens; the same after start_again(). The host is `localhost` when there is a
  /// certificate.
  [[nodiscard]] const std::string& host() const { return process_.fact("host"); }
  [[nodiscard]] std::uint16_t port() const;
  /// The certificate authority's file; empty when the server talks in clear.
  [[nodiscard]] std::filesystem::path ca() const { return process_.fact("ca"); }

  /// The folder of the accepted mails, and the mails in it in the order of their arrival. Each file
  /// begins with X-Envelope-From, X-Envelope-To (one a recipient), X-Transport and X-Authenticated.
  [[nodiscard]] std::filesystem::path folder() const { return process_.fact("mails"); }
  [[nodiscard]] std::vector<std::filesystem::path> mails() const;

  /// From the next command on, `stage` (auth, mail, rcpt, rcpt:ADDRESS, data, content, message) is
  /// answered with `reply`: a code and its text, "drop" (the connection ends; at message the mail
  /// was kept) or "hang". At content it is a code with its text, said in the midst of a mail before
  /// the server ends its side. Adds to what was planned before; lasts over start_again().
  void answer(std::string_view stage, std::string_view reply);
  void answer_normally();

  /// What `user` logs in with from now on; sessions that are open stay.
  void rotate_password(std::string_view password) const;

  void stop() { process_.stop(); }
  void kill() { process_.kill(); }
  void start_again() { process_.start_again(); }

  static std::optional<std::string> unavailable() { return ServerProcess::unavailable("smtp"); }

 private:
  void write_replies();

  TemporaryFolder secrets_;
  ServerProcess process_;
  std::string replies_;
};

}  // namespace assay::testing
