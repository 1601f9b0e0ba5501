// What is told of breakers and of the cap on declines, and how often.
#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

#include "host/runtime/alarm_words.hpp"
#include "host/runtime/breaker_log.hpp"
#include "host/runtime/decline_cap.hpp"
#include "tests/support/captured_log.hpp"
#include "tests/support/rule_fakes.hpp"
#include "tests/support/state_bytes.hpp"

namespace assay::tests {
namespace {

using core::Outcome;
using Lines = std::vector<std::string>;

constexpr std::int64_t kSecond = 1'000'000'000;
constexpr core::AlarmLimits kLimits{50'000, 200, 600 * kSecond};

TEST(AlarmWords, a_share_reads_as_it_is_configured) {
  EXPECT_EQ(host::share_words(50'000), "5 %");
  EXPECT_EQ(host::share_words(2'500), "0.25 %");
  EXPECT_EQ(host::share_words(1), "0.0001 %");
  EXPECT_EQ(host::share_words(1'000'000), "100 %");
}

class BreakerLogTest : public ::testing::Test {
 protected:
  explicit BreakerLogTest(bool demote = true) {
    rules[0].breaker = core::BreakerInfo{kLimits, demote};
  }
  void tell(core::Alarm::State state) {
    counters[0].breaker = state;
    breaker_log.tell(counters);
  }

  std::vector<core::RuleInfo> rules{rule("wild", {reason("seen")}), rule("free", {reason("seen")})};
  std::vector<core::PipelineCounters::Rule> counters{2};
  host::BreakerLog breaker_log{rules};
  CapturedLog log;
};

TEST_F(BreakerLogTest, an_alarm_is_told_once_and_so_is_its_end) {
  tell({});
  tell({1, 1, {5'000, 412}, 0});
  tell({1, 1, {5'000, 412}, 0});
  tell({1, 0, {5'000, 412}, 0});
  tell({1, 0, {5'000, 412}, 0});
  EXPECT_EQ(log.lines(),
            (Lines{"rule wild hit 412 of 5000 transactions within 10 minutes, which is more than "
                   "5 % and at least 200: it counts as a shadow rule for now",
                   "rule wild hits few transactions again: it no longer counts as a shadow rule"}));
}

TEST_F(BreakerLogTest, an_alarm_that_came_and_went_within_a_batch_is_told) {
  tell({1, 0, {5'000, 412}, 0});
  EXPECT_EQ(log.lines().size(), 2u);
}

TEST_F(BreakerLogTest, a_rule_that_only_alarms_stays_as_it_is) {
  rules[0].breaker->demote = false;
  tell({1, 1, {5'000, 412}, 0});
  ASSERT_EQ(log.lines().size(), 1u);
  EXPECT_TRUE(log.lines()[0].ends_with("it stays as it is"));
}

class DeclineCapTest : public ::testing::Test {
 protected:
  // So many decisions at that second, declined or approved.
  void decide(int count, Outcome outcome, std::int64_t second = 0) {
    const std::vector<std::int64_t> times(static_cast<std::size_t>(count), second * kSecond);
    const std::vector<core::Decision> decisions(times.size(), {outcome, 0, 0, 0});
    cap.see(times, decisions);
  }
  // More than 3 in a minute.
  host::DeclineCap cap{{0, 4, 60 * kSecond}};
  CapturedLog log;
};

TEST_F(DeclineCapTest, more_declines_than_the_cap_are_told_once) {
  decide(100, Outcome::approve);
  decide(100, Outcome::review);
  decide(3, Outcome::decline);
  EXPECT_EQ(log.lines(), Lines{});
  EXPECT_EQ(cap.state().up, 0u);
  decide(2, Outcome::decline);
  EXPECT_EQ(log.lines(), (Lines{"too many transactions are declined: 4 of 204 transactions within "
                                "1 minute, and `decision.cap` is 3"}));
  EXPECT_EQ(cap.state().up, 1u);
}

TEST_F(DeclineCapTest, approvals_alone_carry_the_window_on) {
  decide(4, Outcome::decline);
  decide(1, Outcome::approve, 60);
  EXPECT_EQ(cap.state().up, 0u);
  ASSERT_EQ(log.lines().size(), 2u);
  EXPECT_EQ(log.lines()[1],
            "few transactions are declined again: 0 of 1 transactions within 1 minute");
}

TEST_F(DeclineCapTest, counts_what_all_workers_decline_together) {
  std::vector<std::thread> workers;
  for (int i = 0; i < 4; ++i) workers.emplace_back([this] { decide(1, Outcome::decline); });
  for (auto& worker : workers) worker.join();
  EXPECT_EQ(cap.state().rises, 1u);
  EXPECT_EQ(log.lines().size(), 1u);
}

TEST_F(DeclineCapTest, goes_on_where_it_was_saved) {
  decide(3, Outcome::decline);
  StateBytes bytes;
  cap.save(bytes);
  host::DeclineCap resumed({0, 4, 60 * kSecond});
  ASSERT_TRUE(resumed.load(bytes));
  resumed.see(std::vector<std::int64_t>{0},
              std::vector<core::Decision>{{Outcome::decline, 0, 0, 0}});
  EXPECT_EQ(resumed.state().up, 1u);
}

}  // namespace
}  // namespace assay::tests
