#include "host/produce/seeded_random.hpp"

#include <gtest/gtest.h>

namespace assay::host {
namespace {

// The standard fixes the engine's 10,000th value for the default seed; if this fails the bytes of a
// seed change.
TEST(SeededRandom, engine_is_the_one_the_standard_describes) {
  SeededRandom random{std::mt19937_64::default_seed};
  std::uint64_t value = 0;
  for (int i = 0; i < 10'000; ++i) value = random.bits();
  EXPECT_EQ(value, 9'981'545'732'273'789'042ULL);
}

TEST(SeededRandom, between_reaches_both_ends_and_nothing_else) {
  SeededRandom random{3};
  bool low = false;
  bool high = false;
  for (int i = 0; i < 1'000; ++i) {
    const std::int64_t value = random.between(-2, 2);
    ASSERT_GE(value, -2);
    ASSERT_LE(value, 2);
    low = low || value == -2;
    high = high || value == 2;
  }
  EXPECT_TRUE(low && high);
}

TEST(SeededRandom, exponential_has_mean_one_and_the_right_tail) {
  SeededRandom random{5};
  constexpr int draws = 200'000;
  double sum = 0;
  int above_two = 0;
  for (int i = 0; i < draws; ++i) {
    const double value = random.exponential();
    ASSERT_GE(value, 0.0);
    sum += value;
    above_two += value > 2.0;
  }
  EXPECT_NEAR(sum / draws, 1.0, 0.02);
  EXPECT_NEAR(above_two / double{draws}, 0.1353, 0.005);  // e^-2
}

TEST(SeededRandom, half_to_twice_stays_there_and_falls_on_both_sides) {
  SeededRandom random{7};
  int below = 0;
  for (int i = 0; i < 10'000; ++i) {
    const std::int64_t permille = random.half_to_twice_permille();
    ASSERT_GE(permille, 500);
    ASSERT_LE(permille, 2000);
    below += permille < 1000;
  }
  EXPECT_NEAR(below, 5'000, 300);
}

}  // namespace
}  // namespace assay::host
