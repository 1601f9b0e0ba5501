#include "host/application/preparation_watch.hpp"

#include <gtest/gtest.h>

#include <future>

namespace assay::host {
namespace {

using namespace std::chrono_literals;

TEST(PreparationWatch, tells_of_what_does_not_become_ready) {
  std::promise<std::string> told;
  const PreparationWatch watch(1ms, [&](const std::string& words) { told.set_value(words); });
  EXPECT_TRUE(told.get_future().get().starts_with("a configuration is being read and does not"));
}

TEST(PreparationWatch, is_silent_where_that_was_in_time) {
  bool told = false;
  {
    const PreparationWatch watch(1h, [&](const std::string&) { told = true; });
  }
  EXPECT_FALSE(told);
}

}  // namespace
}  // namespace assay::host
