#include "host/produce/fraud_planner.hpp"

#include <gtest/gtest.h>

#include <set>

namespace assay::host {
namespace {

constexpr std::int64_t noon = 1'767'571'200 * second_ms + 12 * hour_ms;

class FraudPlannerTest : public ::testing::Test {
 protected:
  FraudPlannerTest() { calendar_.advance(noon); }

  std::vector<BankEvent> plan(FraudPattern pattern) {
    return planner_.plan(pattern, noon, Sighting{5, 0, noon});
  }

  BankPopulation population_{1, 200};
  BankCalendar calendar_;
  SeededRandom random_{1};
  FraudPlanner planner_{population_, calendar_, random_};
};

TEST_F(FraudPlannerTest, every_incident_is_in_time_order_and_marked) {
  for (std::size_t i = 0; i < fraud_pattern_count; ++i) {
    const auto pattern = static_cast<FraudPattern>(i);
    for (int repeat = 0; repeat < 50; ++repeat) {
      const auto events = plan(pattern);
      ASSERT_FALSE(events.empty()) << to_string(pattern);
      std::int64_t previous = noon;
      for (const BankEvent& event : events) {
        EXPECT_EQ(event.pattern, pattern);
        EXPECT_GE(event.time_ms, previous) << to_string(pattern);
        EXPECT_GT(event.cents, 0) << to_string(pattern);
        previous = event.time_ms;
      }
    }
  }
}

TEST_F(FraudPlannerTest, large_amounts_lie_on_both_sides_of_the_usual_limit) {
  int above = 0;
  int below = 0;
  for (int repeat = 0; repeat < 200; ++repeat) {
    const std::int64_t cents = plan(FraudPattern::large_amount).front().cents;
    EXPECT_GE(cents, 5'000'00);
    EXPECT_LE(cents, 20'001'00);
    (cents >= 10'000'00 ? above : below) += 1;
  }
  EXPECT_GT(above, 50);
  EXPECT_GT(below, 50);
}

TEST_F(FraudPlannerTest, impossible_travel_is_450_to_1800_km_an_hour) {
  for (int repeat = 0; repeat < 200; ++repeat) {
    const auto events = plan(FraudPattern::impossible_travel);
    ASSERT_EQ(events.size(), 1u);
    EXPECT_EQ(events[0].customer, 5u);
    const double hours = static_cast<double>(events[0].time_ms - noon) / hour_ms;
    const auto km = static_cast<double>(distance_km(cities()[0], cities()[events[0].city]));
    EXPECT_GE(km, 500);
    EXPECT_GE(km / hours, 449);
    EXPECT_LE(km / hours, 1801);
  }
}

TEST_F(FraudPlannerTest, impossible_travel_waits_for_somebody_to_be_seen) {
  EXPECT_TRUE(planner_.plan(FraudPattern::impossible_travel, noon, {}).empty());
}

TEST_F(FraudPlannerTest, card_testing_probes_small_and_then_takes_much) {
  for (int repeat = 0; repeat < 50; ++repeat) {
    const auto events = plan(FraudPattern::card_testing);
    ASSERT_GE(events.size(), 3u);
    for (std::size_t i = 0; i + 1 < events.size(); ++i) EXPECT_LT(events[i].cents, 10'00);
    EXPECT_GE(events.back().cents, 250'00);
    EXPECT_LE(events.back().time_ms - events.front().time_ms, day_ms);
  }
}

TEST_F(FraudPlannerTest, structuring_stays_below_the_reporting_limit) {
  for (int repeat = 0; repeat < 50; ++repeat) {
    const auto events = plan(FraudPattern::structuring);
    ASSERT_GE(events.size(), 2u);
    for (const BankEvent& event : events) {
      EXPECT_LT(event.cents, 10'000'00);
      EXPECT_GE(event.cents, 7'800'00);
      EXPECT_EQ(event.payee, events.front().payee);
    }
  }
}

TEST_F(FraudPlannerTest, takeover_comes_at_night_from_a_new_device_to_a_new_payee) {
  for (int repeat = 0; repeat < 50; ++repeat) {
    const auto events = plan(FraudPattern::account_takeover);
    const Customer& victim = population_.customers()[events.front().customer];
    calendar_.advance(events.front().time_ms);
    const int hour = calendar_.local_hour(cities()[victim.home], events.front().time_ms);
    EXPECT_GE(hour, 2);
    EXPECT_LT(hour, 5);
    EXPECT_NE(events.front().device, victim.device);
    EXPECT_GE(events.front().payee, population_.customers().size());
  }
}

TEST_F(FraudPlannerTest, impossible_travel_is_that_of_the_card_that_was_seen) {
  for (const std::uint8_t card : {std::uint8_t{0}, std::uint8_t{1}}) {
    const auto events =
        planner_.plan(FraudPattern::impossible_travel, noon, Sighting{5, 0, noon, card});
    EXPECT_EQ(events.front().card, card);
  }
}

TEST_F(FraudPlannerTest, every_pattern_comes_weaker_and_stronger_than_the_usual_limit) {
  for (std::size_t i = 0; i < fraud_pattern_count; ++i) {
    const auto pattern = static_cast<FraudPattern>(i);
    int weak = 0;
    int strong = 0;
    for (int repeat = 0; repeat < 200; ++repeat) {
      const auto events = plan(pattern);
      const auto strength = events.front().strength_permille;
      for (const BankEvent& event : events) EXPECT_EQ(event.strength_permille, strength);
      if (strength < 1000) ++weak;
      if (strength >= 1500) ++strong;
    }
    EXPECT_GT(weak, 10) << to_string(pattern);
    EXPECT_GT(strong, 10) << to_string(pattern);
  }
}

TEST_F(FraudPlannerTest, mule_collects_from_several_and_passes_most_of_it_on) {
  for (int repeat = 0; repeat < 50; ++repeat) {
    const auto events = plan(FraudPattern::mule_fan_in);
    const std::uint32_t mule = events.front().payee;
    std::int64_t collected = 0;
    for (std::size_t i = 0; i + 1 < events.size(); ++i) {
      EXPECT_EQ(events[i].payee, mule);
      EXPECT_NE(events[i].customer, mule);
      collected += events[i].cents;
    }
    ASSERT_GE(events.size(), 4u);
    EXPECT_EQ(events.back().customer, mule);
    EXPECT_LT(events.back().cents, collected);
    EXPECT_GT(events.back().cents, collected * 8 / 10);
  }
}

}  // namespace
}  // namespace assay::host
