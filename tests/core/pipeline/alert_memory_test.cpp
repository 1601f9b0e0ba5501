#include "core/pipeline/alert_memory.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace assay::core {
namespace {

constexpr std::int64_t kCooldown = 600;
using Alerts = std::vector<std::uint64_t>;

TEST(AlertMemory, lets_a_storm_through_once_in_a_cooldown) {
  AlertMemory memory(kCooldown);
  int told = 0;
  for (std::int64_t time = 0; time < 3'600; ++time) told += memory.let_through(Alerts{1}, time);
  EXPECT_EQ(told, 6);
}

TEST(AlertMemory, tells_a_decision_as_soon_as_one_of_its_alerts_is_news) {
  AlertMemory memory(kCooldown);
  EXPECT_TRUE(memory.let_through(Alerts{1}, 1'000));
  EXPECT_FALSE(memory.let_through(Alerts{1}, 1'100));
  EXPECT_TRUE(memory.let_through(Alerts{1, 2}, 1'200));
  EXPECT_FALSE(memory.let_through(Alerts{1}, 1'700)) << "it was told with the other one";
  EXPECT_TRUE(memory.let_through(Alerts{1}, 1'800));
}

TEST(AlertMemory, takes_what_happened_long_before_for_another_story) {
  AlertMemory memory(kCooldown);
  EXPECT_TRUE(memory.let_through(Alerts{1}, 10'000));
  EXPECT_FALSE(memory.let_through(Alerts{1}, 9'401)) << "late, but of the same time";
  EXPECT_TRUE(memory.let_through(Alerts{1}, 9'400));
  EXPECT_FALSE(memory.let_through(Alerts{1}, 10'599)) << "what was told last counts";
}

TEST(AlertMemory, forgets_what_is_over_and_tells_rather_than_grow_without_end) {
  AlertMemory memory(kCooldown);
  for (std::uint64_t alert = 0; alert < 100'000; ++alert) {
    EXPECT_TRUE(memory.let_through(Alerts{alert}, static_cast<std::int64_t>(alert)));
  }
  EXPECT_LE(memory.size(), 2 * 1'024U);
  for (std::uint64_t alert = 0; alert < AlertMemory::kMost + 100; ++alert) {
    EXPECT_TRUE(memory.let_through(Alerts{1'000'000 + alert}, 200'000));
  }
  EXPECT_LE(memory.size(), AlertMemory::kMost);
  EXPECT_TRUE(memory.let_through(Alerts{1'000'000 + AlertMemory::kMost + 99}, 200'000));
}

TEST(AlertMemory, that_was_full_remembers_again_when_that_is_over) {
  AlertMemory memory(kCooldown);
  for (std::uint64_t alert = 0; alert < 2 * AlertMemory::kMost; ++alert) {
    EXPECT_TRUE(memory.let_through(Alerts{alert}, 0));
  }
  EXPECT_TRUE(memory.let_through(Alerts{2 * AlertMemory::kMost}, 1'000));
  EXPECT_FALSE(memory.let_through(Alerts{2 * AlertMemory::kMost}, 1'001));
  EXPECT_EQ(memory.size(), 1U);
}

}  // namespace
}  // namespace assay::core
