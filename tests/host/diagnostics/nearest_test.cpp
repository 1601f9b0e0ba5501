#include "host/diagnostics/nearest.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace assay::host {
namespace {

const std::vector<std::string> names{"threshold", "window", "topic", "key"};

TEST(nearest, forgives_one_slip_of_each_kind) {
  EXPECT_EQ(nearest("treshold", names), "threshold");
  EXPECT_EQ(nearest("thresholdd", names), "threshold");
  EXPECT_EQ(nearest("windpw", names), "window");
  EXPECT_EQ(nearest("tpoic", names), "topic");
  EXPECT_EQ(nearest("Window", names), "window");
}

TEST(nearest, does_not_guess_wildly) {
  EXPECT_EQ(nearest("colour", names), std::nullopt);
  EXPECT_EQ(nearest("abc", names), std::nullopt);
  EXPECT_EQ(nearest("", names), std::nullopt);
  EXPECT_EQ(nearest(std::string(1'000'000, 'x'), names), std::nullopt);
  EXPECT_EQ(nearest("topic", {}), std::nullopt);
}

TEST(nearest, the_first_of_equals_wins) {
  const std::vector<std::string> twins{"rate_a", "rate_b"};
  EXPECT_EQ(nearest("rate_c", twins), "rate_a");
}

TEST(did_you_mean, is_ready_for_the_help_line) {
  EXPECT_EQ(did_you_mean("kez", names), "did you mean `key`?");
  EXPECT_EQ(did_you_mean("colour", names), "");
}

}  // namespace
}  // namespace assay::host
