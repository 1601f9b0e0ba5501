#include "host/produce/bank_calendar.hpp"

#include <gtest/gtest.h>

namespace assay::host {
namespace {

constexpr std::int64_t january_5_2026 = 1'767'571'200 * second_ms;  // Monday
constexpr std::int64_t july_6_2026 = 1'783'296'000 * second_ms;     // Monday

const City berlin{"Berlin", "DE", "Europe/Berlin", 525200, 134000, 60, SummerTime::europe};
const City mumbai{"Mumbai", "IN", "Asia/Kolkata", 190800, 728800, 330, SummerTime::none};
const City chicago{"Chicago", "US", "America/Chicago",        418800,
                   -876300,   -360, SummerTime::north_america};

TEST(BankCalendar, local_hour_follows_zone_and_summer_time) {
  BankCalendar calendar;
  calendar.advance(january_5_2026);
  EXPECT_EQ(calendar.local_hour(berlin, january_5_2026 + 12 * hour_ms), 13);
  EXPECT_EQ(calendar.local_hour(mumbai, january_5_2026 + 12 * hour_ms), 17);
  EXPECT_EQ(calendar.local_hour(chicago, january_5_2026 + 2 * hour_ms), 20);  // the day before
  calendar.advance(july_6_2026);
  EXPECT_EQ(calendar.local_hour(berlin, july_6_2026 + 12 * hour_ms), 14);
  EXPECT_EQ(calendar.local_hour(mumbai, july_6_2026 + 12 * hour_ms), 17);
  EXPECT_EQ(calendar.local_hour(chicago, july_6_2026 + 12 * hour_ms), 7);
}

TEST(BankCalendar, knows_the_day_of_the_month_and_counts_months) {
  BankCalendar calendar;
  calendar.advance(january_5_2026);
  const std::int32_t january = calendar.month();
  EXPECT_EQ(calendar.day_of_month(), 5);
  calendar.advance(july_6_2026);
  EXPECT_EQ(calendar.day_of_month(), 6);
  EXPECT_EQ(calendar.month(), january + 6);
}

TEST(BankCalendar, the_evening_is_busier_than_the_night_and_the_average_is_one) {
  BankCalendar calendar;
  calendar.advance(january_5_2026 + 5 * day_ms / 2);
  double sum = 0;
  for (int hour = 0; hour < 24; ++hour) {
    sum += calendar.busyness(january_5_2026 + 2 * day_ms + hour * hour_ms);
  }
  EXPECT_NEAR(sum / 24, 1.0, 0.01);
  EXPECT_GT(calendar.busyness(january_5_2026 + 2 * day_ms + 17 * hour_ms),
            10 * calendar.busyness(january_5_2026 + 2 * day_ms + 2 * hour_ms));
}

TEST(BankCalendar, holidays_are_summer_and_the_turn_of_the_year) {
  BankCalendar calendar;
  calendar.advance(january_5_2026);
  EXPECT_FALSE(calendar.holidays());
  calendar.advance(january_5_2026 - 4 * day_ms);
  EXPECT_TRUE(calendar.holidays());
  calendar.advance(january_5_2026 - 17 * day_ms);
  EXPECT_FALSE(calendar.holidays()) << "19 December";
  calendar.advance(july_6_2026);
  EXPECT_TRUE(calendar.holidays());
}

TEST(BankCalendar, pay_days_and_the_weeks_before_christmas_are_busier) {
  BankCalendar calendar;
  const auto at_noon = [&](std::int64_t days) {  // after Monday 5 January
    const std::int64_t now = january_5_2026 + days * day_ms + 12 * hour_ms;
    calendar.advance(now);
    return calendar.busyness(now);
  };
  EXPECT_GT(at_noon(21), at_noon(7)) << "the 26th, the 12th";
  EXPECT_GT(at_noon(-21), at_noon(7)) << "15 December";
}

}  // namespace
}  // namespace assay::host
