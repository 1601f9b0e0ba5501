#include "plugins/rules/places.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "host/produce/cities.hpp"
#include "tests/support/servers/temporary_folder.hpp"

namespace {

using assay::Refusal;
using assay::rules::distance_km;
using assay::rules::Place;
using assay::rules::Places;

TEST(Places, distances_are_those_of_a_great_circle) {
  EXPECT_NEAR(distance_km({48.86, 2.35}, {40.71, -74.01}), 5837, 5);  // Paris to New York
  EXPECT_NEAR(distance_km({0, 0}, {0, 180}), 20015, 1);
  EXPECT_EQ(distance_km({12, 34}, {12, 34}), 0);
}

TEST(Places, the_shipped_file_has_two_hundred_cities) {
  const Places places(PLACES);
  EXPECT_EQ(places.size(), 200u);
}

// Or impossible_travel would judge the simulated bank by another map than its own.
TEST(Places, the_shipped_file_agrees_with_the_simulated_bank) {
  const Places places(PLACES);
  for (const auto& city : assay::host::cities()) {
    const auto* place = places.find(city.name);
    ASSERT_NE(place, nullptr) << city.name;
    EXPECT_NEAR(place->latitude, city.latitude_e4 / 1e4, 1e-9) << city.name;
    EXPECT_NEAR(place->longitude, city.longitude_e4 / 1e4, 1e-9) << city.name;
  }
}

class BadPlaces : public ::testing::TestWithParam<const char*> {};

TEST_P(BadPlaces, are_refused) {
  const assay::testing::TemporaryFolder folder;  // a case may run beside others
  const auto path = (folder.path() / "bad_places.csv").string();
  std::ofstream(path) << "# two good lines, then one that is not\nOslo,59.91,10.75\n" << GetParam();
  EXPECT_THROW(Places{path}, Refusal) << GetParam();
}

INSTANTIATE_TEST_SUITE_P(Places, BadPlaces,
                         ::testing::Values("Rome", "Rome,41.9", ",41.9,12.5", "Rome,91,12.5",
                                           "Rome,41.9,181", "Rome,nan,12.5", "Rome,41.9,east",
                                           "Rome,41.9,", "oslo,59.9,10.7"));

TEST(Places, a_name_may_hold_commas_and_blanks_around_it_do_not_count) {
  const auto path = (std::filesystem::path(::testing::TempDir()) / "good_places.csv").string();
  std::ofstream(path) << "\n Washington, D.C. , 38.91 , -77.04 \r\n";
  const Places places(path);
  std::filesystem::remove(path);
  ASSERT_NE(places.find("washington, d.c."), nullptr);
  EXPECT_EQ(places.find("washington, d.c.")->longitude, -77.04);
}

}  // namespace
