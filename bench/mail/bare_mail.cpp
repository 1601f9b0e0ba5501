#include "bench/mail/bare_mail.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "bench/support/clocks.hpp"

namespace assay::bench {
namespace {

class Session {
 public:
  explicit Session(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port);
    if (::connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) fail();
    const int on = 1;
    ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    expect(1, '2');
  }
  ~Session() { ::close(socket_); }
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  // What is answered by so many lines, of which the last begins so.
  void ask(std::string_view bytes, int lines, char digit) {
    if (::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL) !=
        static_cast<ssize_t>(bytes.size())) {
      fail();
    }
    expect(lines, digit);
  }

 private:
  [[noreturn]] static void fail() {
    std::fputs("the mail server is gone\n", stderr);
    std::exit(1);
  }
  void expect(int lines, char digit) const {
    std::array<char, 512> reply;
    std::size_t size = 0;
    std::size_t last = 0;  // where the last line begins
    for (int seen = 0; seen < lines;) {
      const auto got = ::recv(socket_, reply.data() + size, reply.size() - size, 0);
      if (got <= 0) fail();
      for (const auto end = size + static_cast<std::size_t>(got); size < end; ++size) {
        if (reply[size] == '\n' && ++seen < lines) last = size + 1;
      }
    }
    if (reply[last] != digit) fail();
  }

  int socket_;
};

}  // namespace

double send_bare(std::uint16_t port, const std::string& mail, int count) {
  Session session(port);
  session.ask("EHLO bank.example\r\n", 2, '2');
  const std::string envelope =
      "MAIL FROM:<alerts@bank.example>\r\nRCPT TO:<c10000@example.com>\r\nDATA\r\n";
  const auto began = elapsed();
  session.ask(envelope, 3, '3');
  for (int i = 1; i < count; ++i) session.ask(mail + envelope, 4, '3');
  session.ask(mail, 1, '2');
  return count / (elapsed() - began);
}

}  // namespace assay::bench
