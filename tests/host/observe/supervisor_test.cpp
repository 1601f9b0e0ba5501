#include "host/observe/supervisor.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <string>

#include "tests/host/observe/a_status.hpp"
#include "tests/support/notify_socket.hpp"

namespace assay::host {
namespace {

using namespace std::chrono_literals;
using testing::a_status;
using testing::NotifySocket;

class SupervisorTest : public ::testing::Test {
 protected:
  void TearDown() override {
    for (const auto* name : {"WATCHDOG_USEC", "WATCHDOG_PID"}) ::unsetenv(name);
  }

  NotifySocket systemd_;
  std::stop_source stop_;
};

TEST_F(SupervisorTest, is_told_of_the_start_and_at_once_of_the_stop) {
  // So seldom that only the stop itself can be what makes it speak again.
  const auto supervisor = Supervisor::open([] { return a_status(); }, stop_.get_token(),
                                           {.look = std::chrono::hours(1), .limits = {}});
  ASSERT_NE(supervisor, nullptr);
  EXPECT_EQ(systemd_.heard(), "READY=1\nSTATUS=ready\nWATCHDOG=1\n");
  stop_.request_stop();
  EXPECT_EQ(systemd_.heard(),
            "STOPPING=1\nSTATUS=stopping: finishing what is under way\nWATCHDOG=1\n");
}

// An engine without anything under way has ended before anybody else has had a turn.
TEST_F(SupervisorTest, is_told_of_the_stop_however_soon_the_end_comes) {
  for (int i = 0; i < 100; ++i) {
    std::stop_source stop;
    auto supervisor = Supervisor::open([] { return a_status(); }, stop.get_token(),
                                       {.look = std::chrono::hours(1), .limits = {}});
    ASSERT_NE(systemd_.heard_with("READY=1\n"), "");
    stop.request_stop();
    supervisor.reset();
    ASSERT_NE(systemd_.heard_so_far().find("STOPPING=1\n"), std::string::npos) << i;
  }
}

TEST_F(SupervisorTest, hears_a_sign_of_life_as_often_as_the_watchdog_wants) {
  ::setenv("WATCHDOG_USEC", "40000", 1);
  ::setenv("WATCHDOG_PID", std::to_string(::getpid()).c_str(), 1);
  const auto supervisor = Supervisor::open([] { return a_status(); }, stop_.get_token(),
                                           {.look = std::chrono::hours(1), .limits = {}});
  EXPECT_NE(systemd_.heard(), "");
  EXPECT_EQ(systemd_.heard(), "WATCHDOG=1\n");
  EXPECT_EQ(systemd_.heard(), "WATCHDOG=1\n");
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
  EXPECT_NE(systemd_.heard_with("READY=1"), "");
  stands = true;
  EXPECT_EQ(systemd_.heard_with("STATUS=not alive"),
            "STATUS=not alive: worker-0: its loop has not come round for 91 s\n");
  stands = false;
  EXPECT_EQ(systemd_.heard(), "STATUS=ready\nWATCHDOG=1\n");
}

TEST_F(SupervisorTest, is_not_there_where_nobody_asks_to_be_told) {
  ::unsetenv("NOTIFY_SOCKET");
  EXPECT_EQ(Supervisor::open([] { return a_status(); }, stop_.get_token()), nullptr);
}

}  // namespace
}  // namespace assay::host
