#include "host/runtime/poison_guard.hpp"

#include <gtest/gtest.h>

namespace assay::tests {
namespace {

using namespace std::chrono_literals;
using host::PoisonGuard;

class PoisonGuardTest : public ::testing::Test {
 protected:
  int admitted(int records) {
    int count = 0;
    for (int i = 0; i < records; ++i) count += guard.admits(now);
    return count;
  }

  // More than 5 % and more than 100 in a minute.
  PoisonGuard guard{{.share = 50'000, .count = 100, .window = 60'000'000'000}};
  PoisonGuard::Clock::time_point now = PoisonGuard::Clock::now();
};

TEST_F(PoisonGuardTest, closes_when_everything_is_rejected) {
  guard.given(5'000, now);
  guard.given(1, now + 1h);
  now += 1h;
  EXPECT_EQ(admitted(1'000), 100);
}

TEST_F(PoisonGuardTest, needs_the_share_as_well_as_the_number) {
  guard.given(10'000, now);
  EXPECT_EQ(admitted(1'000), 500);
}

TEST_F(PoisonGuardTest, forgets_what_is_older_than_the_window) {
  for (int minute = 0; minute < 10; ++minute) {
    guard.given(100, now);
    EXPECT_EQ(admitted(90), 90) << "minute " << minute;
    now += 61s;
  }
}

TEST_F(PoisonGuardTest, stays_closed_until_the_sink_takes_everything) {
  guard.given(200, now);
  EXPECT_EQ(admitted(200), 100);
  now += 1h;
  guard.given(1'000, now);
  EXPECT_EQ(admitted(1), 0) << "time alone mends no table";
  guard.passed();
  EXPECT_EQ(admitted(1), 1);
}

TEST_F(PoisonGuardTest, halts_with_the_error_and_the_remedy) {
  const auto trouble = guard.trouble({host::Trouble::Kind::data, 0, "42804", "amount is text"});
  EXPECT_EQ(trouble.kind, host::Trouble::Kind::configuration);
  EXPECT_EQ(trouble.code, "42804");
  EXPECT_NE(trouble.text.find("amount is text"), std::string::npos);
  EXPECT_NE(trouble.text.find("dead_letters.guard"), std::string::npos);
}

}  // namespace
}  // namespace assay::tests
