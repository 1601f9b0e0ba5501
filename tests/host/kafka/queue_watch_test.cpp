#include "host/kafka/queue_watch.hpp"

#include <gtest/gtest.h>

namespace assay::host {
namespace {

TEST(queue_watch, tells_once_that_half_of_what_stood_there_is_gone) {
  QueueWatch watch;
  EXPECT_FALSE(watch.is_half_empty(20'000));
  EXPECT_FALSE(watch.is_half_empty(10'001));
  EXPECT_TRUE(watch.is_half_empty(10'000));
  EXPECT_FALSE(watch.is_half_empty(9'900));
}

TEST(queue_watch, tells_again_when_less_and_less_is_there) {
  QueueWatch watch;
  EXPECT_FALSE(watch.is_half_empty(20'000));
  EXPECT_TRUE(watch.is_half_empty(10'000));
  EXPECT_TRUE(watch.is_half_empty(5'000));
}

TEST(queue_watch, tells_again_after_the_queue_was_filled_anew) {
  QueueWatch watch;
  EXPECT_FALSE(watch.is_half_empty(20'000));
  EXPECT_TRUE(watch.is_half_empty(9'000));
  EXPECT_FALSE(watch.is_half_empty(30'000));
  EXPECT_FALSE(watch.is_half_empty(16'000));
  EXPECT_TRUE(watch.is_half_empty(15'000));
}

TEST(queue_watch, says_nothing_of_what_comes_in_small_numbers) {
  QueueWatch watch;
  for (int i = 0; i < 100; ++i) {
    EXPECT_FALSE(watch.is_half_empty(900));
    EXPECT_FALSE(watch.is_half_empty(0));
  }
}

}  // namespace
}  // namespace assay::host
