// Which partition goes next.
#include "host/kafka/lineup.hpp"

#include <gtest/gtest.h>

#include "host/kafka/pace.hpp"

namespace assay::host {
namespace {

constexpr auto nobody = Lineup::nobody;

Lineup lineup_of(std::size_t lanes, std::int64_t alignment = 10) {
  Lineup lineup(alignment);
  lineup.reset(lanes);
  return lineup;
}

TEST(lineup, takes_from_the_lane_with_the_lowest_event_time) {
  auto lineup = lineup_of(3);
  lineup.show(0, 7);
  lineup.show(1, 5);
  lineup.show(2, 6);
  EXPECT_EQ(lineup.next(nobody), 1U);
}

TEST(lineup, follows_the_lowest_event_time_however_far_the_lanes_are_apart) {
  auto lineup = lineup_of(2);
  lineup.show(0, 1'000'000);
  lineup.show(1, 5);
  ASSERT_EQ(lineup.next(nobody), 1U);
  lineup.take(1);
  lineup.show(1, 6);
  EXPECT_EQ(lineup.next(nobody), 1U);
}

TEST(lineup, waits_for_a_lane_of_which_nothing_is_known_yet) {
  auto lineup = lineup_of(2);
  lineup.show(0, 7);
  EXPECT_EQ(lineup.next(nobody), std::nullopt);
  EXPECT_EQ(lineup.held(nobody), 1U);
}

TEST(lineup, is_held_back_by_no_idle_lane) {
  auto lineup = lineup_of(2);
  lineup.show(0, 1'000'000);
  lineup.rest(1);
  EXPECT_EQ(lineup.next(nobody), 0U);
  EXPECT_EQ(lineup.held(nobody), 0U);
}

TEST(lineup, goes_as_far_ahead_of_a_lane_that_may_go_on_as_the_alignment_says) {
  auto lineup = lineup_of(2, 10);
  lineup.show(1, 100);
  lineup.show(0, 110);
  lineup.take(1);
  EXPECT_EQ(lineup.next(nobody), 0U) << "just as far as it may";
  lineup.take(0);
  lineup.show(0, 111);
  EXPECT_EQ(lineup.next(nobody), std::nullopt);
  EXPECT_EQ(lineup.held(nobody), 1U);
  lineup.rest(1);
  EXPECT_EQ(lineup.next(nobody), 0U);
}

TEST(lineup, waits_for_the_slowest_of_another_worker) {
  auto lineup = lineup_of(1, 10);
  lineup.show(0, 120);
  EXPECT_EQ(lineup.next(100), std::nullopt);
  EXPECT_EQ(lineup.held(100), 1U);
  EXPECT_EQ(lineup.next(110), 0U);
}

TEST(lineup, takes_a_late_record_at_once_and_does_not_fall_back_with_it) {
  auto lineup = lineup_of(2, 10);
  lineup.show(0, 100);
  lineup.show(1, 105);
  lineup.take(0);
  lineup.show(0, 3);
  EXPECT_EQ(lineup.next(nobody), 0U);
  EXPECT_EQ(lineup.slowest(), 100);
}

TEST(lineup, has_no_slowest_where_all_are_idle) {
  auto lineup = lineup_of(2);
  EXPECT_EQ(lineup.slowest(), Lineup::unknown);
  lineup.rest(0);
  lineup.rest(1);
  EXPECT_EQ(lineup.slowest(), nobody);
}

TEST(lineup, holds_times_at_the_end_of_their_range) {
  auto lineup = lineup_of(2, 10);
  lineup.show(0, nobody - 1);
  lineup.rest(1);
  EXPECT_EQ(lineup.next(nobody), 0U);
  EXPECT_EQ(lineup.next(nobody - 2), 0U);
}

// Two backlogs, one of them hours ahead of the other: all of it is taken, the slower one first.
TEST(lineup, never_stalls_where_clocks_disagree_by_hours) {
  auto lineup = lineup_of(2, 10);
  int left[2] = {1'000, 1'000};
  std::int64_t time[2] = {0, 36'000};
  int taken_early = 0;
  for (int taken = 0; taken < 2'000; ++taken) {
    for (std::size_t i = 0; i < 2; ++i) {
      if (lineup.shows(i)) continue;
      if (left[i] == 0) {
        lineup.rest(i);
      } else {
        lineup.show(i, time[i]++);
      }
    }
    const auto chosen = lineup.next(nobody);
    ASSERT_TRUE(chosen) << taken;
    if (*chosen == 1 && left[0] > 0) ++taken_early;
    lineup.take(*chosen);
    --left[*chosen];
  }
  EXPECT_EQ(taken_early, 0);
}

TEST(pace, is_that_of_the_slowest_worker) {
  Pace pace(3, 10);
  EXPECT_EQ(pace.slowest(), nobody);
  pace.report(0, 7);
  pace.report(1, 5);
  EXPECT_EQ(pace.slowest(), 5);
  pace.report(1, nobody);
  EXPECT_EQ(pace.slowest(), 7);
}

TEST(pace, leaves_out_a_worker_that_stands_still_until_it_reads_again) {
  constexpr auto at = [](int second) {
    return Pace::Clock::time_point{std::chrono::hours{1}} + std::chrono::seconds{second};
  };
  Pace pace(3, 10);
  pace.report(0, 7);
  pace.report(1, 90);
  for (std::size_t worker = 0; worker < 3; ++worker) pace.sign(worker, at(0));
  pace.sign(1, at(1));
  EXPECT_EQ(pace.pass_over(at(0)), 0U) << "all have given a sign since";
  EXPECT_EQ(pace.slowest(), 7);
  EXPECT_EQ(pace.pass_over(at(1)), 1U) << "the third gives none, either, but holds nobody";
  EXPECT_EQ(pace.slowest(), 90);
  EXPECT_EQ(pace.pass_over(at(1)), 0U) << "it is told once";
  pace.sign(0, at(5));
  EXPECT_EQ(pace.slowest(), 7);
  EXPECT_EQ(pace.passed_over(), 1U);
}

}  // namespace
}  // namespace assay::host
