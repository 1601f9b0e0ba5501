#include "core/decision/alarm.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <utility>
#include <vector>

#include "tests/support/state_bytes.hpp"

namespace assay::core {
namespace {

using tests::StateBytes;

constexpr std::int64_t kSecond = 1'000'000'000;
constexpr std::int64_t kMinute = 60 * kSecond;

// A tenth of the transactions, and at least 4 of them, in a minute.
constexpr AlarmLimits kLimits{100'000, 4, kMinute};

class AlarmTest : public ::testing::Test {
 protected:
  void see(int count, bool marked, std::int64_t second = 0) {
    for (int i = 0; i < count; ++i) alarm.see(second * kSecond, marked);
  }
  Alarm alarm{kLimits};
};

TEST_F(AlarmTest, rises_where_both_the_share_and_the_count_are_reached) {
  see(3, true);
  EXPECT_FALSE(alarm.up()) << "all of them, but only three";
  see(1, true);
  EXPECT_TRUE(alarm.up());
  EXPECT_EQ(alarm.state().rises, 1u);
  EXPECT_EQ(alarm.state().at_rise, (EventWindow::Counts{4, 4}));
}

TEST_F(AlarmTest, exactly_the_share_is_not_too_much) {
  see(36, false);
  see(4, true);
  EXPECT_FALSE(alarm.up());
  see(1, true);
  EXPECT_TRUE(alarm.up());
}

TEST_F(AlarmTest, stays_up_until_few_are_left_and_rises_once_meanwhile) {
  see(36, false);
  see(5, true);
  see(50, false);
  EXPECT_TRUE(alarm.up()) << "5 of 91 are no longer too many, and more than half of too many";
  see(9, false);
  EXPECT_FALSE(alarm.up()) << "5 of 100 are half the share";
  EXPECT_EQ(alarm.state().rises, 1u);
}

TEST_F(AlarmTest, falls_when_what_made_it_rise_has_left_the_window) {
  see(4, true);
  see(1, false, 59);
  EXPECT_TRUE(alarm.up());
  see(1, false, 60);
  EXPECT_FALSE(alarm.up());
  see(4, true, 61);
  EXPECT_TRUE(alarm.up());
  EXPECT_EQ(alarm.state().rises, 2u);
  EXPECT_EQ(alarm.state().risen_at, 61 * kSecond);
}

TEST_F(AlarmTest, a_late_transaction_can_make_it_rise) {
  see(3, true, 30);
  see(1, true, 0);
  EXPECT_TRUE(alarm.up());
}

TEST_F(AlarmTest, a_transaction_that_is_too_late_cannot) {
  see(3, true, 90);
  see(1, true, 30);
  EXPECT_FALSE(alarm.up());
}

TEST(Alarm, without_a_share_the_count_alone_makes_it_rise) {
  Alarm alarm({0, 3, kMinute});
  for (int i = 0; i < 100; ++i) alarm.see(0, false);
  for (int i = 0; i < 2; ++i) alarm.see(0, true);
  EXPECT_FALSE(alarm.up());
  alarm.see(0, true);
  EXPECT_TRUE(alarm.up());
}

// Up and down follow from what is in the window and what the alarm was before, and the two never
// contradict each other.
RC_GTEST_PROP(AlarmProperty, is_up_where_too_many_are_marked_and_down_where_few_are, ()) {
  const AlarmLimits limits{*rc::gen::inRange(0, 1'000'000), *rc::gen::inRange<std::uint64_t>(1, 10),
                           kMinute};
  Alarm alarm(limits);
  bool before = false;
  for (const auto& [second, marked] : *rc::gen::container<std::vector<std::pair<int, bool>>>(
           rc::gen::pair(rc::gen::inRange(0, 150), rc::gen::arbitrary<bool>()))) {
    alarm.see(second * kSecond, marked);
    const auto all = static_cast<double>(alarm.counts().all) * limits.share / 1e6;
    const auto hits = static_cast<double>(alarm.counts().marked);
    const auto count = static_cast<double>(limits.count);
    const bool too_many = hits > all && hits >= count;
    const bool few = hits <= all / 2 || hits < count / 2;
    RC_ASSERT(!(too_many && few));
    RC_ASSERT(alarm.up() == (too_many || (before && !few)));
    before = alarm.up();
  }
}

TEST_F(AlarmTest, goes_on_where_it_was_saved) {
  see(4, true, 10);
  StateBytes bytes;
  alarm.save(bytes);
  Alarm resumed(kLimits);
  ASSERT_TRUE(resumed.load(bytes));
  EXPECT_EQ(bytes.remaining(), 0u);
  EXPECT_TRUE(resumed.up());
  EXPECT_EQ(resumed.state().rises, 1u);
  EXPECT_EQ(resumed.counts(), alarm.counts());
  resumed.see(70 * kSecond, false);
  EXPECT_FALSE(resumed.up());
}

TEST_F(AlarmTest, state_of_another_window_is_passed_over) {
  see(4, true);
  StateBytes bytes;
  alarm.save(bytes);
  Alarm hourly({100'000, 4, 60 * kMinute});
  EXPECT_TRUE(hourly.load(bytes));
  EXPECT_EQ(bytes.remaining(), 0u);
  EXPECT_FALSE(hourly.up());
}

TEST_F(AlarmTest, damaged_state_is_refused_at_any_length) {
  see(4, true);
  StateBytes whole;
  alarm.save(whole);
  for (std::size_t length = 0; length < whole.bytes.size(); length += 7) {
    StateBytes part;
    part.bytes.assign(whole.bytes.begin(), whole.bytes.begin() + static_cast<long>(length));
    Alarm other(kLimits);
    EXPECT_FALSE(other.load(part));
    EXPECT_FALSE(other.up());
  }
}

}  // namespace
}  // namespace assay::core
