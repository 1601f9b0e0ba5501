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
    expect('2');
  }
  ~Session() { ::close(socket_); }
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  void ask(std::string_view bytes, char digit) {
    if (::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL) !=
        static_cast<ssize_t>(bytes.size())) {
      fail();
    }
    expect(digit);
  }

 private:
  [[noreturn]] static void fail() {
    std::fputs("the mail server is gone\n", stderr);
    std::exit(1);
  }
  // A reply of one line.
  void expect(char digit) const {
    std::array<char, 512> reply;
    std::size_t size = 0;
    while (size == 0 || reply[size - 1] != '\n') {
      const auto got = ::recv(socket_, reply.data() + size, reply.size() - size, 0);
      if (got <= 0) fail();
      size += static_cast<std::size_t>(got);
    }
    if (reply[0] != digit) fail();
  }

  int socket_;
};

}  // namespace

double send_bare(std::uint16_t port, const std::string& mail, int count) {
  Session session(port);
  session.ask("EHLO bank.example\r\n", '2');
  const auto began = elapsed();
  for (int i = 0; i < count; ++i) {
    session.ask("MAIL FROM:<alerts@bank.example>\r\n", '2');
    session.ask("RCPT TO:<c10000@example.com>\r\n", '2');
    session.ask("DATA\r\n", '3');
    session.ask(mail, '2');
  }
  return count / (elapsed() - began);
}

}  // namespace assay::bench
