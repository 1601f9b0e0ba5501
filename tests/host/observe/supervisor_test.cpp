// A datagram socket in systemd's place.
#include "host/observe/supervisor.hpp"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <cstring>
#include <string>

#include "tests/host/observe/a_status.hpp"

namespace assay::host {
namespace {

using namespace std::chrono_literals;
using testing::a_status;

constexpr timeval kPatience{30, 0};

class SupervisorTest : public ::testing::Test {
 protected:
  void SetUp() override {
    socket_ = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    ASSERT_GE(socket_, 0);
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &kPatience, sizeof kPatience);
    // In the abstract name space, where the kernel finds a free name and leaves no file.
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    ASSERT_EQ(::bind(socket_, reinterpret_cast<sockaddr*>(&address), sizeof(sa_family_t)), 0);
    socklen_t size = sizeof address;
    ASSERT_EQ(::getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size), 0);
    const std::size_t letters = size - offsetof(sockaddr_un, sun_path) - 1;
    ::setenv("NOTIFY_SOCKET", ("@" + std::string(address.sun_path + 1, letters)).c_str(), 1);
  }
  void TearDown() override {
    for (const auto* name : {"NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"}) ::unsetenv(name);
    ::close(socket_);
  }

  // The next message; empty: none came.
  std::string heard() const {
    char text[4096];
    const auto size = ::recv(socket_, text, sizeof text, 0);
    return size < 0 ? std::string{} : std::string(text, static_cast<std::size_t>(size));
  }
  // The next one that has the line, or empty.
  std::string heard_with(const std::string& line) const {
    for (;;) {
      const auto text = heard();
      if (text.empty() || text.find(line) != text.npos) return text;
    }
  }

  std::stop_source stop_;

 private:
  int socket_ = -1;
};

TEST_F(SupervisorTest, is_told_of_the_start_and_at_once_of_the_stop) {
  // So seldom that only the stop itself can be what makes it speak again.
  const auto supervisor = Supervisor::open([] { return a_status(); }, stop_.get_token(),
                                           {.look = std::chrono::hours(1), .limits = {}});
  ASSERT_NE(supervisor, nullptr);
  EXPECT_EQ(heard(), "READY=1\nSTATUS=ready\nWATCHDOG=1\n");
  stop_.request_stop();
  EXPECT_EQ(heard(), "STOPPING=1\nSTATUS=stopping: finishing what is under way\nWATCHDOG=1\n");
}

TEST_F(SupervisorTest, hears_a_sign_of_life_as_often_as_the_watchdog_wants) {
  ::setenv("WATCHDOG_USEC", "40000", 1);
  ::setenv("WATCHDOG_PID", std::to_string(::getpid()).c_str(), 1);
  const auto supervisor = Supervisor::open([] { return a_status(); }, stop_.get_token(),
                                           {.look = std::chrono::hours(1), .limits = {}});
  EXPECT_NE(heard(), "");
  EXPECT_EQ(heard(), "WATCHDOG=1\n");
  EXPECT_EQ(heard(), "WATCHDOG=1\n");
}

TEST_F(SupervisorTest, hears_none_from_an_engine_that_stands_still) {
  std::atomic<bool> stands = false;
  const auto supervisor = Supervisor::open(
      [&] {
        auto status = a_status();
        if (stands) status.workers[0].silent = 91s;
        return status;
      },
      stop_.get_token(), {.look = 1ms, .limits = {}});
  EXPECT_NE(heard_with("READY=1"), "");
  stands = true;
  EXPECT_EQ(heard_with("STATUS=not alive"),
            "STATUS=not alive: worker-0: its loop has not come round for 91 s\n");
  stands = false;
  EXPECT_EQ(heard(), "STATUS=ready\nWATCHDOG=1\n");
}

TEST_F(SupervisorTest, is_not_there_where_nobody_asks_to_be_told) {
  ::unsetenv("NOTIFY_SOCKET");
  EXPECT_EQ(Supervisor::open([] { return a_status(); }, stop_.get_token()), nullptr);
}

}  // namespace
}  // namespace assay::host
