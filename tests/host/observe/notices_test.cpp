#include "host/observe/notices.hpp"

#include <gtest/gtest.h>

#include "tests/host/observe/a_status.hpp"

namespace assay::host {
namespace {

using namespace std::chrono_literals;
using testing::a_status;

const Notices::Clock::time_point start{1h};

Status waits_for(const std::string& what) {
  Status status;
  status.waits_for = what;
  return status;
}

TEST(notices, tell_that_it_has_started_once_when_the_workers_are_up) {
  Notices notices;
  EXPECT_EQ(notices.next(Status{}, start, false), "STATUS=starting\nWATCHDOG=1\n");
  EXPECT_EQ(notices.next(a_status(), start, false), "READY=1\nSTATUS=ready\nWATCHDOG=1\n");
  EXPECT_EQ(notices.next(a_status(), start, false), "WATCHDOG=1\n");
}

TEST(notices, call_an_engine_started_that_is_not_ready) {
  auto status = a_status();
  status.left_to_replay = 7;
  Notices notices;
  const auto lines = notices.next(status, start, false);
  EXPECT_TRUE(lines.starts_with("READY=1\nSTATUS=not ready: history: ")) << lines;
}

TEST(notices, do_not_let_an_outage_fail_a_start) {
  Notices notices({.outage = 10s});
  EXPECT_EQ(notices.next(waits_for("brokers"), start, false),
            "STATUS=not ready: start: waits for brokers\nWATCHDOG=1\n");
  EXPECT_EQ(notices.next(waits_for("brokers"), start + 9s, false), "WATCHDOG=1\n");
  EXPECT_EQ(notices.next(waits_for("brokers"), start + 10s, false), "READY=1\nWATCHDOG=1\n");
}

TEST(notices, tell_of_a_stop_once_and_never_of_a_start_behind_it) {
  Notices notices;
  EXPECT_EQ(notices.next(a_status(), start, true),
            "STOPPING=1\nSTATUS=stopping: finishing what is under way\nWATCHDOG=1\n");
  EXPECT_EQ(notices.next(a_status(), start, true), "WATCHDOG=1\n");
}

TEST(notices, tell_that_the_configuration_is_read_again_and_what_has_become_of_it) {
  auto status = a_status();
  Notices notices;
  (void)notices.next(status, start, false);
  status.reloads.under_way = true;
  EXPECT_EQ(notices.next(status, start, false),
            "RELOADING=1\nMONOTONIC_USEC=3600000000\nSTATUS=reading the configuration again\n"
            "WATCHDOG=1\n");
  EXPECT_EQ(notices.next(status, start, false), "WATCHDOG=1\n");
  status.reloads.under_way = false;
  status.reloads.refusal = "error[AS1007]";
  EXPECT_EQ(notices.next(status, start, false),
            "READY=1\nSTATUS=ready, by the configuration before: the one read last is refused, see "
            "the log\nWATCHDOG=1\n");
  status.reloads.refusal.clear();
  EXPECT_EQ(notices.next(status, start, false), "STATUS=ready\nWATCHDOG=1\n");
}

TEST(notices, hold_back_the_sign_of_life_until_it_comes_round) {
  auto status = a_status();
  Notices notices;
  (void)notices.next(status, start, false);
  status.workers[0].silent = 91s;
  EXPECT_EQ(notices.next(status, start, false),
            "STATUS=not alive: worker-0: its loop has not come round for 91 s\n");
  EXPECT_EQ(notices.trouble(), "worker-0: its loop has not come round for 91 s");
  status.workers[0].silent = 0s;
  EXPECT_EQ(notices.next(status, start, false), "STATUS=ready\nWATCHDOG=1\n");
  EXPECT_EQ(notices.trouble(), "");
}

TEST(notices, keep_the_status_in_one_line_that_systemd_takes) {
  Notices notices;
  EXPECT_EQ(notices.next(waits_for("a\nREADY=1"), start, false),
            "STATUS=not ready: start: waits for a READY=1\nWATCHDOG=1\n");
  std::string umlauts;
  for (int i = 0; i < 5000; ++i) umlauts += "ü";
  for (const auto* shift : {"", "x"}) {
    const auto lines = notices.next(waits_for(shift + umlauts), start, false);
    const auto words = lines.substr(0, lines.find('\n'));
    EXPECT_LE(words.size(), 1007u);
    EXPECT_GE(words.size(), 1005u);
    EXPECT_TRUE(words.ends_with("ü"));
  }
}

}  // namespace
}  // namespace assay::host
