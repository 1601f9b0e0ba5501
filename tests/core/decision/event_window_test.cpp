#include "core/decision/event_window.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "tests/support/state_bytes.hpp"

namespace assay::core {
namespace {

using Counts = EventWindow::Counts;
using tests::StateBytes;

constexpr std::int64_t kSecond = 1'000'000'000;
constexpr std::int64_t kMinute = 60 * kSecond;

TEST(EventWindow, counts_what_came_and_what_was_marked) {
  EventWindow window(kMinute);
  window.add(100 * kSecond, false);
  window.add(101 * kSecond, true);
  EXPECT_EQ(window.counts(), (Counts{2, 1}));
}

TEST(EventWindow, what_is_a_window_old_has_left) {
  EventWindow window(kMinute);
  window.add(0, true);
  window.add(59 * kSecond, false);
  EXPECT_EQ(window.counts(), (Counts{2, 1}));
  window.add(60 * kSecond, false);
  EXPECT_EQ(window.counts(), (Counts{2, 0}));
}

TEST(EventWindow, a_late_transaction_is_counted_where_it_belongs) {
  EventWindow window(kMinute);
  window.add(59 * kSecond, false);
  window.add(1 * kSecond, true);
  EXPECT_EQ(window.counts(), (Counts{2, 1}));
  window.add(60 * kSecond, false);
  EXPECT_EQ(window.counts(), (Counts{3, 1}));
  window.add(61 * kSecond, false);
  EXPECT_EQ(window.counts(), (Counts{3, 0})) << "it leaves with its own time";
}

TEST(EventWindow, a_transaction_later_than_the_window_is_not_counted) {
  EventWindow window(kMinute);
  window.add(100 * kSecond, false);
  window.add(40 * kSecond, true);
  EXPECT_EQ(window.counts(), (Counts{1, 0}));
  window.add(41 * kSecond, true);
  EXPECT_EQ(window.counts(), (Counts{2, 1}));
}

TEST(EventWindow, a_leap_forward_empties_it) {
  EventWindow window(kMinute);
  for (int i = 0; i < 60; ++i) window.add(i * kSecond, true);
  EXPECT_EQ(window.counts().all, 60u);
  window.add(1'000'000'000 * kSecond, false);
  EXPECT_EQ(window.counts(), (Counts{1, 0}));
}

TEST(EventWindow, slides_over_1970_as_over_any_other_time) {
  EventWindow window(kMinute);
  window.add(-30 * kSecond - 1, true);
  window.add(29 * kSecond - 1, false);
  EXPECT_EQ(window.counts().all, 2u);
  window.add(29 * kSecond, false);
  EXPECT_EQ(window.counts(), (Counts{2, 0}));
}

// The same, told without a ring: everything in the last sixty steps up to the newest.
RC_GTEST_PROP(EventWindowProperty, holds_what_lies_in_the_last_sixty_steps, ()) {
  const auto rows = *rc::gen::container<std::vector<std::pair<std::int64_t, bool>>>(
      rc::gen::pair(rc::gen::inRange<std::int64_t>(-200, 400), rc::gen::arbitrary<bool>()));
  EventWindow window(kMinute);
  std::vector<std::pair<std::int64_t, bool>> counted;
  std::int64_t newest = -200;
  for (const auto& row : rows) {
    newest = std::max(newest, row.first);
    window.add(row.first * kSecond, row.second);
    // What came too late never comes in: the window only moves on.
    if (row.first > newest - 60) counted.push_back(row);
    std::erase_if(counted, [&](const auto& one) { return one.first <= newest - 60; });
    Counts expected{counted.size(), 0};
    for (const auto& one : counted) expected.marked += one.second;
    RC_ASSERT(window.counts() == expected);
  }
}

RC_GTEST_PROP(EventWindowProperty, goes_on_where_it_was_saved, ()) {
  const auto before = *rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 200));
  const auto after = *rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 400));
  EventWindow straight(kMinute);
  for (const auto second : before) straight.add(second * kSecond, second % 3 == 0);
  StateBytes bytes;
  straight.save(bytes);
  EventWindow resumed(kMinute);
  RC_ASSERT(resumed.load(bytes));
  RC_ASSERT(bytes.remaining() == 0u);
  for (const auto second : after) {
    straight.add(second * kSecond, second % 3 == 0);
    resumed.add(second * kSecond, second % 3 == 0);
    RC_ASSERT(resumed.counts() == straight.counts());
  }
}

TEST(EventWindow, state_of_another_length_is_passed_over) {
  EventWindow hour(60 * kMinute);
  hour.add(0, true);
  StateBytes bytes;
  hour.save(bytes);
  EventWindow window(kMinute);
  EXPECT_TRUE(window.load(bytes));
  EXPECT_EQ(bytes.remaining(), 0u);
  EXPECT_EQ(window.counts(), Counts{});
}

TEST(EventWindow, damaged_state_is_refused_and_changes_nothing) {
  EventWindow saved(kMinute);
  saved.add(5 * kSecond, false);
  StateBytes sound;
  saved.save(sound);
  EventWindow window(kMinute);
  window.add(7 * kSecond, true);
  auto shorter = sound;
  shorter.bytes.pop_back();
  EXPECT_FALSE(window.load(shorter));
  // More marked than there are at all: the counts of the step that holds the transaction.
  auto impossible = sound;
  impossible.bytes[24 + 5 * sizeof(Counts) + offsetof(Counts, marked)] = std::byte{2};
  EXPECT_FALSE(window.load(impossible));
  auto without_width = sound;
  std::fill_n(without_width.bytes.begin(), 8, std::byte{0});
  EXPECT_FALSE(window.load(without_width));
  EXPECT_EQ(window.counts(), (Counts{1, 1}));
}

}  // namespace
}  // namespace assay::core
