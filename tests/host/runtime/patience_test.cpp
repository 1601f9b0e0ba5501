// How a sink's thread waits: what is told, what ends a wait, how long one may be.
#include "host/runtime/patience.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <thread>
#include <vector>

#include "tests/support/captured_log.hpp"

namespace assay::tests {
namespace {

using namespace std::chrono_literals;
using host::Patience;
using host::SinkState;
using host::Trouble;

const Trouble kAway{Trouble::Kind::transient, 0, "08006", "away"};
const Trouble kDenied{Trouble::Kind::configuration, 0, "28P01", "wrong password"};

TEST(patience, tells_each_change_of_state_once) {
  const CapturedLog log;
  Patience patience("db", 1us);
  const std::stop_token never;
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(patience.wait(kAway, never));
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(patience.wait(kDenied, never));
  patience.succeeded();
  patience.succeeded();
  EXPECT_EQ(log.lines(),
            (std::vector<std::string>{"sink db cannot deliver and tries again: away (08006)",
                                      "sink db halted, one try every 30 s: wrong password (28P01)",
                                      "sink db delivers again"}));
}

TEST(patience, reports_state_reason_and_number_of_retries) {
  Patience patience("db", 1us);
  EXPECT_EQ(patience.report().state, SinkState::working);
  (void)patience.wait(kAway, {});
  EXPECT_EQ(patience.report().state, SinkState::retrying);
  EXPECT_EQ(patience.report().reason, "away");
  (void)patience.wait(kDenied, {});
  EXPECT_EQ(patience.report().state, SinkState::halted);
  patience.succeeded();
  EXPECT_EQ(patience.report().state, SinkState::working);
  EXPECT_EQ(patience.report().reason, "");
  EXPECT_EQ(patience.report().retries, 2U);
}

TEST(patience, stop_ends_a_wait_and_a_wait_after_it) {
  Patience patience("db");
  std::jthread thread([&](const std::stop_token& stop) {
    EXPECT_FALSE(patience.wait(kDenied, stop));
    EXPECT_FALSE(patience.wait(kDenied, stop));
  });
  while (patience.report().state != SinkState::halted) std::this_thread::yield();
  thread.request_stop();
  thread.join();
}

RC_GTEST_PROP(backoff, waits_stay_within_a_bound_that_doubles,
              (const std::vector<std::uint64_t>& random)) {
  core::Backoff backoff;
  auto bound = core::Backoff::kFirst;
  for (const auto number : random) {
    const auto wait = backoff.next(number, 0);
    RC_ASSERT(wait >= 1);
    RC_ASSERT(wait <= bound);
    bound = std::min(bound * 2, core::Backoff::kLongest);
  }
  backoff.succeeded();
  RC_ASSERT(backoff.next(UINT64_MAX, 0) <= core::Backoff::kFirst);
}

RC_GTEST_PROP(backoff, obeys_a_peer_that_names_a_wait_but_not_for_ever,
              (std::uint64_t random, std::int64_t asked_for)) {
  core::Backoff backoff;
  const auto wait = backoff.next(random, asked_for);
  RC_ASSERT(wait >= std::min(asked_for, core::Backoff::kLongest));
  RC_ASSERT(wait >= 1);
  RC_ASSERT(wait <= core::Backoff::kLongest);
}

TEST(backoff, reaches_its_longest_wait_and_stays_there) {
  core::Backoff backoff;
  for (int i = 0; i < 100; ++i) (void)backoff.next(0, 0);
  EXPECT_EQ(backoff.next(core::Backoff::kLongest - 1, 0), core::Backoff::kLongest);
}

}  // namespace
}  // namespace assay::tests
