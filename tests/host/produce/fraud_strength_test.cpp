#include "host/produce/fraud_strength.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "host/produce/bank_calendar.hpp"
#include "host/produce/cities.hpp"

namespace assay::host {
namespace {

std::vector<BankEvent> payments(std::size_t count, std::int64_t apart_ms,
                                std::int64_t cents = 20'00) {
  std::vector<BankEvent> events(count);
  for (std::size_t i = 0; i < count; ++i) {
    events[i].time_ms = static_cast<std::int64_t>(i) * apart_ms;
    events[i].cents = cents;
    events[i].customer = static_cast<std::uint32_t>(i);
  }
  return events;
}

TEST(FraudStrength, of_amounts_is_the_largest_one_beside_the_usual_limit) {
  auto events = payments(3, minute_ms, 500'00);
  events[1].cents = 15'000'00;
  EXPECT_EQ(strength_permille(FraudPattern::large_amount, events, {}), 1500u);
  EXPECT_EQ(strength_permille(FraudPattern::account_takeover, events, {}), 15'000u);
}

TEST(FraudStrength, of_a_burst_is_the_densest_ten_minutes) {
  EXPECT_EQ(strength_permille(FraudPattern::burst, payments(10, minute_ms), {}), 2000u);
  EXPECT_EQ(strength_permille(FraudPattern::burst, payments(10, 2 * minute_ms), {}), 1000u)
      << "ten in twenty minutes are five in ten";
}

TEST(FraudStrength, of_structuring_is_the_densest_day) {
  EXPECT_EQ(strength_permille(FraudPattern::structuring, payments(6, 8 * hour_ms), {}), 1000u);
  EXPECT_EQ(strength_permille(FraudPattern::structuring, payments(6, hour_ms), {}), 2000u);
}

TEST(FraudStrength, of_card_testing_leaves_the_cash_out_out) {
  EXPECT_EQ(strength_permille(FraudPattern::card_testing, payments(4, second_ms), {}), 1000u);
}

TEST(FraudStrength, of_a_mule_counts_each_payer_once_and_the_mule_not_at_all) {
  auto events = payments(6, hour_ms);
  EXPECT_EQ(strength_permille(FraudPattern::mule_fan_in, events, {}), 1000u);
  events[4].customer = 0;
  EXPECT_EQ(strength_permille(FraudPattern::mule_fan_in, events, {}), 800u);
}

TEST(FraudStrength, of_travel_is_its_speed) {
  auto events = payments(1, 0);
  events[0].city = 8;  // Madrid, 1869 km from Berlin
  events[0].time_ms = hour_ms;
  const Sighting seen{.customer = 0, .city = 0, .time_ms = 0};
  const auto km = distance_km(cities()[0], cities()[8]);
  EXPECT_EQ(strength_permille(FraudPattern::impossible_travel, events, seen), km * 1000 / 900);
}

}  // namespace
}  // namespace assay::host
