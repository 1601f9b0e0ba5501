// How values are printed. Compiled as a plugin for release is, with warnings as errors: no function
// of the veneer may set one off in somebody else's build.
#include <gtest/gtest.h>

#include <assay/values.hpp>
#include <cstdint>
#include <limits>

namespace assay {
namespace {

TEST(Values, money_is_printed_with_two_digits_behind_the_point_and_with_four_where_it_has_them) {
  EXPECT_EQ(to_string(Money{12'345'000}), "1234.50");
  EXPECT_EQ(to_string(Money{12'345'001}), "1234.5001");
  EXPECT_EQ(to_string(Money{0}), "0.00");
  EXPECT_EQ(to_string(Money{-5'000}), "-0.50");
  EXPECT_EQ(to_string(Money{std::numeric_limits<std::int64_t>::min()}), "-922337203685477.5808");
}

}  // namespace
}  // namespace assay
