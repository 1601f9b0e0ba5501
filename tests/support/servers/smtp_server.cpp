#include "tests/support/servers/smtp_server.hpp"

#include <algorithm>
#include <fstream>

namespace assay::testing {
namespace {

std::vector<std::string> as_arguments(const SmtpOptions& options, const TemporaryFolder& secrets) {
  std::vector<std::string> arguments;
  if (options.security == SmtpOptions::Security::kStartTls) arguments.emplace_back("--starttls");
  if (options.security == SmtpOptions::Security::kTls) arguments.emplace_back("--tls");
  if (options.refuse_starttls) arguments.emplace_back("--refuse-starttls");
  if (!options.user.empty()) {
    const auto file = secrets / "password";
    std::ofstream(file) << options.password;
    arguments.insert(arguments.end(), {"--auth", options.user + ":" + file.string()});
  }
  return arguments;
}

}  // namespace

SmtpServer::SmtpServer(const SmtpOptions& options)
    : process_("smtp", as_arguments(options, secrets_)) {}

std::uint16_t SmtpServer::port() const {
  return static_cast<std::uint16_t>(std::stoi(process_.fact("port")));
}

std::vector<std::filesystem::path> SmtpServer::mails() const {
  std::vector<std::filesystem::path> found;
  for (const auto& entry : std::filesystem::directory_iterator(folder())) {
    // A mail is written under a hidden name and renamed when it is whole.
    if (!entry.path().filename().string().starts_with('.')) found.push_back(entry.path());
  }
  std::sort(found.begin(), found.end());
  return found;
}

void SmtpServer::answer(std::string_view stage, std::string_view reply) {
  // The server takes the last line of a stage.
  replies_.append(stage).append("=").append(reply).append("\n");
  write_replies();
}

void SmtpServer::answer_normally() {
  replies_.clear();
  write_replies();
}

void SmtpServer::rotate_password(std::string_view password) const {
  const auto unfinished = secrets_ / "password.unfinished";
  std::ofstream(unfinished) << password;
  std::filesystem::rename(unfinished, secrets_ / "password");
}

void SmtpServer::write_replies() {
  const auto unfinished = process_.folder() / "replies.unfinished";
  std::ofstream(unfinished) << replies_;
  std::filesystem::rename(unfinished, process_.folder() / "replies");
}

}  // namespace assay::testing
