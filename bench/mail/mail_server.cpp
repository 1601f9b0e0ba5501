#include "bench/mail/mail_server.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <string_view>
#include <system_error>

namespace assay::bench {
namespace {

constexpr std::string_view kEndOfMail = "\r\n.\r\n";

// Reads up to `end`, which goes with it; empty where the connection is over.
class Input {
 public:
  explicit Input(int connection) : connection_(connection) {}

  bool has(std::string_view end) const { return bytes_.find(end, taken_) != std::string::npos; }

  std::string_view until(std::string_view end) {
    used_ = 0;
    bytes_.erase(0, taken_);
    taken_ = 0;
    for (;;) {
      const auto from = used_ < end.size() ? 0 : used_ - end.size();
      if (const auto at = bytes_.find(end, from); at != std::string::npos) {
        taken_ = at + end.size();
        return std::string_view(bytes_).substr(0, taken_);
      }
      used_ = bytes_.size();
      bytes_.resize(used_ + kPiece);
      const auto got = ::recv(connection_, bytes_.data() + used_, kPiece, 0);
      bytes_.resize(used_ + static_cast<std::size_t>(got > 0 ? got : 0));
      if (got <= 0) return {};
    }
  }

 private:
  static constexpr std::size_t kPiece = 16 << 10;

  int connection_;
  std::string bytes_;
  std::size_t taken_ = 0;  // of them, given away
  std::size_t used_ = 0;   // of them, searched in vain
};

bool say(int connection, std::string_view line) {
  return ::send(connection, line.data(), line.size(), MSG_NOSIGNAL) ==
         static_cast<ssize_t>(line.size());
}

}  // namespace

MailServer::MailServer() : listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  if (::bind(listener_, reinterpret_cast<sockaddr*>(&address), size) != 0 ||
      ::listen(listener_, 8) != 0 ||
      ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
    throw std::system_error(errno, std::generic_category(), "a mail server on loopback");
  }
  port_ = ntohs(address.sin_port);
  thread_ = std::jthread([this] { serve(); });
}

MailServer::~MailServer() {
  ::shutdown(listener_, SHUT_RDWR);
  thread_.join();
  for (const int connection : connections_) ::shutdown(connection, SHUT_RDWR);
  talks_.clear();
  for (const int connection : connections_) ::close(connection);
  ::close(listener_);
}

void MailServer::serve() {
  for (;;) {
    const int connection = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (connection < 0) return;
    const int on = 1;
    ::setsockopt(connection, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    connections_.push_back(connection);
    talks_.emplace_back([this, connection] { talk(connection); });
  }
}

void MailServer::talk(int connection) {
  Input input(connection);
  bool counted = false;
  // Whatever has come is answered together.
  std::string replies = "220 ready\r\n";
  const auto answer = [&] {
    const bool sent = say(connection, replies);
    replies.clear();
    return sent;
  };
  for (;;) {
    if (!input.has("\r\n") && !answer()) return;
    const auto line = input.until("\r\n");
    if (line.empty() || line.starts_with("QUIT")) return;
    if (!line.starts_with("DATA")) {
      replies += line.starts_with("EHLO") ? "250-bench\r\n250 PIPELINING\r\n" : "250 fine\r\n";
      continue;
    }
    replies += "354 go on\r\n";
    if (!answer()) return;
    const auto mail = input.until(kEndOfMail);
    if (mail.empty()) return;
    {
      const std::lock_guard guard(lock_);
      last_ = mail;
    }
    if (!counted) ++sessions_;
    counted = true;
    ++taken_;
    replies += "250 taken\r\n";
  }
}

std::string MailServer::last() const {
  const std::lock_guard guard(lock_);
  return last_;
}

}  // namespace assay::bench
