// A datagram socket in systemd's place: while it lives, NOTIFY_SOCKET names it for this process and
// those that it starts.
#pragma once

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstddef>
#include <cstdlib>
#include <string>

namespace assay::testing {

class NotifySocket final {
 public:
  NotifySocket() : socket_(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
    constexpr timeval kPatience{30, 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &kPatience, sizeof kPatience);
    // In the abstract name space, where the kernel finds a free name and leaves no file.
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    auto* const any = reinterpret_cast<sockaddr*>(&address);
    socklen_t size = sizeof address;
    if (::bind(socket_, any, sizeof(sa_family_t)) != 0 || ::getsockname(socket_, any, &size) != 0) {
      ADD_FAILURE() << "no socket to be told at";
      return;
    }
    const auto letters = size - offsetof(sockaddr_un, sun_path) - 1;
    ::setenv("NOTIFY_SOCKET", ("@" + std::string(address.sun_path + 1, letters)).c_str(), 1);
  }
  ~NotifySocket() {
    ::unsetenv("NOTIFY_SOCKET");
    ::close(socket_);
  }
  NotifySocket(const NotifySocket&) = delete;
  NotifySocket& operator=(const NotifySocket&) = delete;

  // The next message; empty: none came.
  [[nodiscard]] std::string heard() const { return receive(0); }
  // The next one that has the words, or empty.
  [[nodiscard]] std::string heard_with(const std::string& words) const {
    for (;;) {
      auto text = heard();
      if (text.empty() || text.find(words) != text.npos) return text;
    }
  }
  // All that has come so far.
  [[nodiscard]] std::string heard_so_far() const {
    std::string all;
    for (;;) {
      const auto text = receive(MSG_DONTWAIT);
      if (text.empty()) return all;
      all += text;
    }
  }

 private:
  std::string receive(int flags) const {
    char text[4096];
    const auto size = ::recv(socket_, text, sizeof text, flags);
    return size < 0 ? std::string{} : std::string(text, static_cast<std::size_t>(size));
  }

  int socket_;
};

}  // namespace assay::testing
