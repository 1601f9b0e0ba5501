#include "host/produce/progress_line.hpp"

#include <gtest/gtest.h>

namespace assay::host {
namespace {

TEST(ProgressLine, groups_digits_by_three) {
  EXPECT_EQ(with_thousands(0), "0");
  EXPECT_EQ(with_thousands(999), "999");
  EXPECT_EQ(with_thousands(1'000), "1,000");
  EXPECT_EQ(with_thousands(12'345'678), "12,345,678");
}

TEST(ProgressLine, tells_how_far_how_fast_and_how_long_yet) {
  EXPECT_EQ(progress_text({.planned = 20'000,
                           .produced = 10'000,
                           .acknowledged = 9'000,
                           .elapsed_seconds = 2,
                           .per_second = 5'000}),
            "[###############...............] 50 %  10,000 of 20,000  5,000/s  3 s left");
}

TEST(ProgressLine, the_end_has_nothing_left) {
  EXPECT_EQ(progress_text({.planned = 10, .produced = 10, .per_second = 5}),
            "[##############################] 100 %  10 of 10  5/s");
}

}  // namespace
}  // namespace assay::host
