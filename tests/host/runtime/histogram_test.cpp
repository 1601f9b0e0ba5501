#include "host/runtime/histogram.hpp"

#include <gtest/gtest.h>

namespace assay::host {
namespace {

using namespace std::chrono_literals;

TEST(histogram, counts_by_the_first_bound_that_is_long_enough) {
  Histogram times;
  times.add(0ns, 1);
  times.add(250us, 2);
  times.add(250us + 1ns, 4);
  times.add(300s, 8);
  times.add(1h, 16);
  EXPECT_EQ(times.count(0), 3u);
  EXPECT_EQ(times.count(1), 4u);
  EXPECT_EQ(times.count(Histogram::kBounds.size() - 1), 8u);
  EXPECT_EQ(times.count(Histogram::kBounds.size()), 16u);
  EXPECT_NEAR(times.seconds(), 0.0015 + 2400 + 57600, 1e-6);
}

TEST(histogram, takes_a_time_below_zero_for_none) {
  Histogram times;
  times.add(-5s, 3);
  EXPECT_EQ(times.count(0), 3u);
  EXPECT_EQ(times.seconds(), 0);
}

TEST(histogram, adds_up) {
  Histogram one;
  Histogram other;
  one.add(1ms, 1);
  other.add(1ms, 2);
  other.add(2s, 5);
  one += other;
  EXPECT_EQ(one.count(2), 3u);
  EXPECT_EQ(one.count(12), 5u);
  EXPECT_NEAR(one.seconds(), 10.003, 1e-9);
}

}  // namespace
}  // namespace assay::host
