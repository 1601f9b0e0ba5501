// The endpoint with a real client, and with clients that behave badly.
#include "host/observe/endpoint.hpp"

#include <Poco/Exception.h>
#include <Poco/Net/HTTPClientSession.h>
#include <Poco/Net/HTTPRequest.h>
#include <Poco/Net/HTTPResponse.h>
#include <Poco/Net/StreamSocket.h>
#include <Poco/StreamCopier.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>

#include <chrono>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "tests/host/observe/a_status.hpp"

namespace assay::host {
namespace {

namespace net = Poco::Net;
using ::testing::HasSubstr;
using ::testing::StartsWith;

const Listen kAnyPort{.port = 0};

Pages::Source source() {
  return {
      .status = [] { return testing::a_status(); },
      .configuration =
          [] {
            return std::make_shared<const core::Configuration>(core::Configuration{"c0ffee", "{}"});
          },
      .token = {}};
}

// False: the other side has closed the connection.
bool send_letter(net::StreamSocket& socket) {
  char letter = 'G';
  try {
    if (socket.poll(Poco::Timespan(), net::Socket::SELECT_READ) &&
        socket.receiveBytes(&letter, 1) == 0) {
      return false;
    }
    return socket.sendBytes(&letter, 1, MSG_NOSIGNAL) == 1;
  } catch (const Poco::Exception&) {
    return false;
  }
}

class EndpointOverSockets : public ::testing::Test {
 protected:
  EndpointOverSockets() : endpoint_(Endpoint::open(kAnyPort, source()).value()) {}

  net::SocketAddress address() const { return net::SocketAddress(endpoint_->address()); }
  // Everything that is answered to this text before the connection ends.
  std::string say(const std::string& text) const {
    net::StreamSocket socket(address());
    socket.setReceiveTimeout(Poco::Timespan(20, 0));
    socket.sendBytes(text.data(), static_cast<int>(text.size()));
    std::string all;
    char piece[4096];
    try {
      for (int size = 0; (size = socket.receiveBytes(piece, sizeof piece)) > 0;) {
        all.append(piece, static_cast<std::size_t>(size));
      }
    } catch (const Poco::Exception&) {
      all += "(reset)";
    }
    return all;
  }

  std::unique_ptr<Endpoint> endpoint_;
};

TEST_F(EndpointOverSockets, answers_a_client_more_than_once_on_one_connection) {
  net::HTTPClientSession session(address());
  session.setKeepAlive(true);
  for (const char* path : {"/livez", "/metrics", "/status"}) {
    net::HTTPRequest request("GET", path, net::HTTPMessage::HTTP_1_1);
    session.sendRequest(request);
    net::HTTPResponse response;
    std::string body;
    Poco::StreamCopier::copyToString(session.receiveResponse(response), body);
    EXPECT_EQ(response.getStatus(), 200) << path;
    EXPECT_EQ(response.getContentLength(), static_cast<std::streamsize>(body.size())) << path;
    EXPECT_EQ(response.get("Cache-Control"), "no-store");
  }
}

TEST_F(EndpointOverSockets, sends_no_body_where_only_the_head_is_asked_for) {
  const auto all = say("HEAD /status HTTP/1.0\r\n\r\n");
  EXPECT_THAT(all, StartsWith("HTTP/1.0 200 OK\r\n"));
  EXPECT_TRUE(all.ends_with("\r\n\r\n")) << all;
}

TEST_F(EndpointOverSockets, does_not_take_a_body_for_the_next_request) {
  const auto all =
      say("GET /livez HTTP/1.1\r\nHost: x\r\nContent-Length: 36\r\n\r\n"
          "GET /config HTTP/1.1\r\nHost: x\r\n\r\n....");
  EXPECT_THAT(all, StartsWith("HTTP/1.1 200 OK\r\n"));
  EXPECT_EQ(all.find("HTTP/1.1", 1), std::string::npos) << all;
}

TEST_F(EndpointOverSockets, refuses_what_is_too_large_or_no_request) {
  const std::string header = "X-A: " + std::string(100'000, 'a') + "\r\n";
  std::string many;
  for (int i = 0; i < 10'000; ++i) many += "X-" + std::to_string(i) + ": a\r\n";
  for (const auto& text :
       {"GET /" + std::string(1'000'000, 'a') + " HTTP/1.1\r\n\r\n",
        "GET /livez HTTP/1.1\r\n" + header + "\r\n", "GET /livez HTTP/1.1\r\n" + many + "\r\n",
        std::string("\x16\x03\x01\x02\x00\x01\r\n\r\n", 10)}) {
    EXPECT_EQ(say(text).find("200 OK"), std::string::npos) << text.substr(0, 40);
  }
  EXPECT_THAT(say("GET /livez HTTP/1.0\r\n\r\n"), HasSubstr("200 OK")) << "and goes on";
}

TEST_F(EndpointOverSockets, answers_while_silent_connections_take_every_place) {
  std::vector<net::StreamSocket> silent;
  for (int i = 0; i < 80; ++i) silent.emplace_back(address());
  EXPECT_THAT(say("GET /livez HTTP/1.0\r\n\r\n"), HasSubstr("200 OK"));
}

TEST_F(EndpointOverSockets, answers_while_others_send_a_byte_now_and_then) {
  std::vector<net::StreamSocket> slow;
  for (int i = 0; i < 16; ++i) slow.emplace_back(address());
  const std::jthread trickle([&](const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      for (auto& socket : slow) {
        if (!send_letter(socket)) socket = net::StreamSocket(address());
      }
      slow.front().poll(Poco::Timespan(0, 100'000), net::Socket::SELECT_READ);
    }
  });
  EXPECT_THAT(say("GET /livez HTTP/1.0\r\n\r\n"), HasSubstr("200 OK"));
}

TEST(endpoint_with_little_patience, bounds_a_request_as_a_whole_however_busily_it_trickles) {
  const auto hasty =
      Endpoint::open(kAnyPort, source(), {.patience = std::chrono::milliseconds(200)}).value();
  net::StreamSocket slow{net::SocketAddress(hasty->address())};
  while (send_letter(slow)) slow.poll(Poco::Timespan(0, 10'000), net::Socket::SELECT_READ);
}

TEST(endpoint_with_little_patience, bounds_how_long_an_answer_may_lie_untaken) {
  auto large = source();
  large.configuration = [] {
    return std::make_shared<const core::Configuration>(
        core::Configuration{"c0ffee", std::string(64 << 20, ' ')});
  };
  const auto hasty =
      Endpoint::open(kAnyPort, large, {.patience = std::chrono::milliseconds(200)}).value();
  net::StreamSocket client{net::SocketAddress(hasty->address())};
  const std::string request = "GET /config HTTP/1.0\r\n\r\n";
  client.sendBytes(request.data(), static_cast<int>(request.size()));
  while (send_letter(client)) client.poll(Poco::Timespan(0, 10'000), net::Socket::SELECT_ERROR);
}

TEST_F(EndpointOverSockets, ends_while_somebody_is_connected) {
  net::StreamSocket silent(address());
  silent.setReceiveTimeout(Poco::Timespan(20, 0));
  const auto place = address();
  endpoint_.reset();
  // Closed where it was taken, reset where it still waited to be.
  char letter = 0;
  try {
    EXPECT_EQ(silent.receiveBytes(&letter, 1), 0);
  } catch (const Poco::IOException&) {
  }
  EXPECT_TRUE(Endpoint::open({.port = place.port()}, source())) << "and the address free";
}

TEST_F(EndpointOverSockets, does_not_share_its_address) {
  const auto second = Endpoint::open({.port = address().port()}, source());
  ASSERT_FALSE(second);
  EXPECT_THAT(second.error(), HasSubstr("in use"));
}

TEST(endpoint_at, says_why_it_cannot_listen_there) {
  const auto nowhere = Endpoint::open({.host = "192.0.2.1", .port = 0}, source());
  ASSERT_FALSE(nowhere);
  EXPECT_THAT(nowhere.error(), HasSubstr("assign"));
}

TEST(endpoint_at, is_loopback_unless_it_is_told_otherwise) {
  EXPECT_THAT(Endpoint::open(kAnyPort, source()).value()->address(), StartsWith("127.0.0.1:"));
}

}  // namespace
}  // namespace assay::host
