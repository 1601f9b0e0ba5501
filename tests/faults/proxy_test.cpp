// What the proxy does to bytes, between a client and an echo that this test plays itself.
#include "tests/faults/proxy.hpp"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <system_error>
#include <thread>

namespace assay::testing {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

// Sends back what it gets, and counts it.
class Echo {
 public:
  Echo() : listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    if (::bind(listener_, reinterpret_cast<sockaddr*>(&address), size) != 0) {
      throw std::system_error(errno, std::generic_category(), "bind");
    }
    ::listen(listener_, 4);
    ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
    port = ntohs(address.sin_port);
    thread_ = std::jthread([this] { run(); });
  }
  ~Echo() { ::shutdown(listener_, SHUT_RDWR); }

  std::uint16_t port = 0;
  std::atomic<std::size_t> heard = 0;  // bytes

 private:
  void run() {
    for (int client = 0; (client = ::accept(listener_, nullptr, nullptr)) >= 0; ::close(client)) {
      char bytes[4096];
      for (ssize_t count = 0; (count = ::recv(client, bytes, sizeof bytes, 0)) > 0;) {
        heard += static_cast<std::size_t>(count);
        ::send(client, bytes, static_cast<std::size_t>(count), MSG_NOSIGNAL);
      }
    }
    ::close(listener_);
  }

  int listener_;
  std::jthread thread_;
};

class Client {
 public:
  explicit Client(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port);
    EXPECT_EQ(::connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  }
  ~Client() { ::close(socket_); }

  void say(const std::string& bytes) const {
    ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
  }
  // So many bytes, or fewer where the connection ends or nothing comes for so long.
  std::string hear(std::size_t count, std::chrono::milliseconds patience = 20s) const {
    std::string heard;
    while (heard.size() < count) {
      pollfd one{socket_, POLLIN, 0};
      if (::poll(&one, 1, static_cast<int>(patience.count())) <= 0) break;
      char bytes[4096];
      const auto got = ::recv(socket_, bytes, std::min(sizeof bytes, count - heard.size()), 0);
      if (got <= 0) break;
      heard.append(bytes, static_cast<std::size_t>(got));
    }
    return heard;
  }
  // Waits for the end; a reset is none that says goodbye.
  bool is_reset() const {
    char byte = 0;
    pollfd one{socket_, POLLIN, 0};
    return ::poll(&one, 1, 20'000) > 0 && ::recv(socket_, &byte, 1, 0) < 0 && errno == ECONNRESET;
  }

 private:
  int socket_;
};

class ProxyTest : public ::testing::Test {
 protected:
  Echo echo_;
  Proxy proxy_{echo_.port};
  std::string large_ = std::string(300'000, 'x');
};

TEST_F(ProxyTest, passes_everything_on_in_good_weather) {
  const Client client(proxy_.port());
  std::jthread talk([&] { client.say(large_); });
  EXPECT_EQ(client.hear(large_.size()), large_);
}

TEST_F(ProxyTest, delays_each_way) {
  proxy_.set({.latency = 50ms});
  const Client client(proxy_.port());
  const auto began = Clock::now();
  client.say("hello");
  EXPECT_EQ(client.hear(5), "hello");
  EXPECT_GE(Clock::now() - began, 100ms);
}

TEST_F(ProxyTest, slices_and_trickles_without_losing_a_byte) {
  proxy_.set({.bytes_per_second = 100'000, .slice = 7});
  const Client client(proxy_.port());
  const auto began = Clock::now();
  const auto text = large_.substr(0, 10'000);
  client.say(text);
  EXPECT_EQ(client.hear(text.size()), text);
  EXPECT_GE(Clock::now() - began, 100ms);
}

TEST_F(ProxyTest, resets_what_is_open_and_lets_others_come) {
  const Client client(proxy_.port());
  client.say("hello");
  EXPECT_EQ(client.hear(5), "hello");
  proxy_.reset();
  EXPECT_TRUE(client.is_reset());
  const Client other(proxy_.port());
  other.say("hello");
  EXPECT_EQ(other.hear(5), "hello");
}

TEST_F(ProxyTest, swallows_both_ways_and_gives_back_when_the_weather_clears) {
  const Client client(proxy_.port());
  client.say("a");
  EXPECT_EQ(client.hear(1), "a");
  proxy_.set({.blackhole = true});
  client.say("b");
  EXPECT_EQ(client.hear(1, 50ms), "");
  EXPECT_EQ(echo_.heard, 1u);
  proxy_.set({});
  EXPECT_EQ(client.hear(1), "b");
}

TEST_F(ProxyTest, half_open_hears_the_client_and_says_nothing) {
  const Client client(proxy_.port());
  client.say("a");
  EXPECT_EQ(client.hear(1), "a");
  proxy_.set({.half_open = true});
  client.say("b");
  EXPECT_EQ(client.hear(1, 50ms), "");
  while (echo_.heard < 2) std::this_thread::yield();
}

TEST_F(ProxyTest, cuts_before_the_server_hears_of_a_request) {
  proxy_.cut_where([](std::string_view bytes) {
    return bytes.find("COMMIT") != bytes.npos ? Cut::before : Cut::none;
  });
  const Client client(proxy_.port());
  client.say("BEGIN");
  EXPECT_EQ(client.hear(5), "BEGIN");
  client.say("COMMIT");
  EXPECT_TRUE(client.is_reset());
  EXPECT_EQ(echo_.heard, 5u);
}

TEST_F(ProxyTest, cuts_after_the_server_has_answered_a_request) {
  proxy_.cut_where([](std::string_view bytes) {
    return bytes.find("COMMIT") != bytes.npos ? Cut::after : Cut::none;
  });
  const Client client(proxy_.port());
  client.say("COMMIT");
  EXPECT_TRUE(client.is_reset());
  EXPECT_EQ(echo_.heard, 6u);
}

}  // namespace
}  // namespace assay::testing
