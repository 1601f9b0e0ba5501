#include <gtest/gtest.h>

#include <assay/testing.hpp>

namespace {

using assay::hours;
using assay::minutes;
using assay::testing::Refused;
using assay::testing::RuleUnderTest;
using assay::testing::Transaction;

constexpr const char* located = " by card where has(latitude) && has(longitude)";
const auto last_latitude = std::string("last(latitude)") + located;
const auto last_longitude = std::string("last(longitude)") + located;
const auto elapsed = std::string("elapsed()") + located;

// From Berlin to Madrid.
Transaction journey(assay::Duration time) {
  return {{"latitude", 40.42},
          {"longitude", -3.70},
          {last_latitude, 52.52},
          {last_longitude, 13.40},
          {elapsed, time}};
}

TEST(ImpossibleTravel, two_capitals_in_an_hour_hit) {
  RuleUnderTest rule;
  const auto verdict = rule.evaluate(journey(hours{1}));
  EXPECT_EQ(verdict.reason, "impossible_travel");
  EXPECT_EQ(verdict.words,
            "1868 km away 1 hour after the payment before on this card: 1868 km/h, limit 900 km/h");
  EXPECT_EQ(verdict.customer_words,
            "two payments were made too far apart for the time between them");
  EXPECT_DOUBLE_EQ(verdict.score, 0.6);
}

TEST(ImpossibleTravel, an_airliner_is_possible) {
  EXPECT_TRUE(RuleUnderTest().evaluate(journey(hours{3})).no_hit());
}

TEST(ImpossibleTravel, what_is_not_far_is_never_impossible) {
  RuleUnderTest rule;
  auto near = journey(minutes{1});
  near["latitude"] = 53.40;  // 98 km from Berlin
  near["longitude"] = 13.40;
  EXPECT_TRUE(rule.evaluate(near).no_hit());
  near["latitude"] = 53.44;  // 102 km
  EXPECT_TRUE(rule.evaluate(near).hit());
}

TEST(ImpossibleTravel, clocks_that_run_backwards_give_no_infinite_speed) {
  RuleUnderTest rule;
  const auto verdict = rule.evaluate(journey(hours{0}));
  EXPECT_TRUE(verdict.hit());
  EXPECT_NEAR(std::get<double>(verdict.evidence("speed").held()), 1868 * 60, 60);
}

TEST(ImpossibleTravel, what_is_absent_makes_it_inconclusive) {
  RuleUnderTest rule;
  for (const auto& name : {std::string("latitude"), std::string("longitude"), last_latitude,
                           last_longitude, elapsed}) {
    auto row = journey(hours{1});
    row.erase(name);
    EXPECT_TRUE(rule.evaluate(row).inconclusive()) << name;
  }
}

TEST(ImpossibleTravel, the_shortest_way_may_cross_the_date_line) {
  RuleUnderTest rule;
  EXPECT_TRUE(rule.evaluate({{"latitude", -16.5},
                             {"longitude", 179.9},
                             {last_latitude, -16.5},
                             {last_longitude, -179.9},
                             {elapsed, minutes{1}}})
                  .no_hit());
}

class ByCity : public ::testing::Test {
 protected:
  static Transaction journey(const char* from, const char* to, assay::Duration time) {
    return {{"location", to},
            {"last(location) by card where has(location)", from},
            {"elapsed() by card where has(location)", time}};
  }
  RuleUnderTest rule_{{{"places", PLACES}}};
};

TEST_F(ByCity, cities_are_found_in_the_shipped_file_whatever_their_case) {
  EXPECT_EQ(rule_.evaluate(journey("Berlin", "Tokyo", hours{2})).words,
            "8917 km away 2 hours after the payment before on this card: 4459 km/h, limit 900 "
            "km/h");
  EXPECT_TRUE(rule_.evaluate(journey("berlin", "TOKYO", hours{10})).no_hit());
}

TEST_F(ByCity, the_same_city_is_no_journey) {
  EXPECT_TRUE(rule_.evaluate(journey("Berlin", "Berlin", minutes{1})).no_hit());
}

TEST_F(ByCity, a_city_that_the_file_does_not_have_is_inconclusive) {
  EXPECT_TRUE(rule_.evaluate(journey("Berlin", "Atlantis", hours{1})).inconclusive());
  EXPECT_TRUE(rule_.evaluate(journey("Atlantis", "Berlin", hours{1})).inconclusive());
  auto first = journey("Berlin", "Tokyo", hours{1});
  first.erase("last(location) by card where has(location)");
  EXPECT_TRUE(rule_.evaluate(first).inconclusive());
}

TEST(ImpossibleTravel, a_file_that_is_not_there_stops_the_start) {
  EXPECT_THROW(RuleUnderTest({{"places", "no/such/file.csv"}}), Refused);
}

}  // namespace
