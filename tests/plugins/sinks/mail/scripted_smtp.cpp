#include "tests/plugins/sinks/mail/scripted_smtp.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <system_error>

namespace assay::testing {

ScriptedSmtp::ScriptedSmtp() {
  listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  if (::bind(listener_, reinterpret_cast<sockaddr*>(&address), size) != 0) {
    throw std::system_error(errno, std::generic_category(), "bind");
  }
  ::listen(listener_, 8);
  ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
  port_ = ntohs(address.sin_port);
}

ScriptedSmtp::~ScriptedSmtp() {
  {
    const std::lock_guard guard(lock_);
    if (connection_ >= 0) ::shutdown(connection_, SHUT_RDWR);
    ::shutdown(listener_, SHUT_RDWR);
  }
  if (thread_.joinable()) thread_.join();
  ::close(listener_);
}

void ScriptedSmtp::serve() {
  while (true) {
    const int connection = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (connection < 0) return;
    {
      const std::lock_guard guard(lock_);
      connection_ = connection;
      ++sessions_;
    }
    unread_.clear();
    talk(connection);
    const std::lock_guard guard(lock_);
    connection_ = -1;
    ::close(connection);
    ++ended_;
    changed_.notify_all();
  }
}

void ScriptedSmtp::talk(int connection) {
  const auto planned = [&](const std::string& command, const std::string& usual) {
    const std::lock_guard guard(lock_);
    const auto plan = replies_.find(command);
    return plan == replies_.end() ? usual : plan->second;
  };
  const auto tell = [&](const std::string& reply) {
    if (reply.empty() || !say(connection, reply)) return false;
    const std::lock_guard guard(lock_);
    ++said_;
    return true;
  };
  int taken = 0;
  int contents = 0;
  if (!tell(planned("", "220 ready"))) return;
  for (std::string line; read_line(connection, line);) {
    {
      const std::lock_guard guard(lock_);
      commands_.push_back(line);
      const auto more = std::ranges::count(unread_, '\n');
      most_at_once_ = std::max(most_at_once_, static_cast<int>(more) + 1);
      changed_.notify_all();
    }
    const auto command = line.substr(0, line.find(' '));
    if (command == "QUIT") return;
    const auto reply =
        planned(line, planned(command, command == "DATA" ? "354 go on" : "250 fine"));
    if (!tell(reply)) return;
    if (command != "DATA" || !reply.starts_with("354")) continue;
    std::string mail;
    for (;;) {
      if (!read_line(connection, line)) return;
      if (line == ".") break;
      mail += line + "\r\n";
    }
    const auto number = std::to_string(++contents);
    const auto answer = planned("message " + number, planned("message", "250 taken"));
    {
      const std::lock_guard guard(lock_);
      const auto behind = std::ranges::count(unread_, '\n');
      most_behind_a_mail_ = std::max(most_behind_a_mail_, static_cast<int>(behind));
      // Before anybody is told that it is there.
      if (!answer.empty()) mails_.push_back(mail);
    }
    if (!tell(answer) || ++taken == mails_per_session) return;
  }
}

bool ScriptedSmtp::read_line(int connection, std::string& line) {
  std::size_t end;
  while ((end = unread_.find("\r\n")) == std::string::npos) {
    char bytes[4096];
    const auto got = ::recv(connection, bytes, sizeof bytes, 0);
    if (got <= 0) return false;
    unread_.append(bytes, static_cast<std::size_t>(got));
  }
  line = unread_.substr(0, end);
  unread_.erase(0, end + 2);
  return true;
}

bool ScriptedSmtp::say(int connection, const std::string& reply) const {
  const auto line = reply + "\r\n";
  const auto piece = drip > 0 ? 1 : line.size();
  for (std::size_t at = 0; at < line.size(); at += piece) {
    std::this_thread::sleep_for(std::chrono::milliseconds(drip));
    if (::send(connection, line.data() + at, piece, MSG_NOSIGNAL) <= 0) return false;
  }
  return true;
}

std::vector<std::string> ScriptedSmtp::commands() const {
  const std::lock_guard guard(lock_);
  return commands_;
}
std::vector<std::string> ScriptedSmtp::mails() const {
  const std::lock_guard guard(lock_);
  return mails_;
}
int ScriptedSmtp::sessions() const {
  const std::lock_guard guard(lock_);
  return sessions_;
}

int ScriptedSmtp::most_at_once() const {
  const std::lock_guard guard(lock_);
  return most_at_once_;
}

int ScriptedSmtp::most_behind_a_mail() const {
  const std::lock_guard guard(lock_);
  return most_behind_a_mail_;
}

int ScriptedSmtp::replies() const {
  const std::lock_guard guard(lock_);
  return said_;
}

void ScriptedSmtp::answer(const std::string& command, const std::string& reply) {
  const std::lock_guard guard(lock_);
  replies_[command] = reply;
}

void ScriptedSmtp::wait_for_commands(const std::string& command, int count) {
  std::unique_lock guard(lock_);
  changed_.wait(guard,
                [&] { return std::count(commands_.begin(), commands_.end(), command) >= count; });
}

void ScriptedSmtp::wait_for_ended_sessions(int count) {
  std::unique_lock guard(lock_);
  changed_.wait(guard, [&] { return ended_ >= count; });
}

}  // namespace assay::testing
