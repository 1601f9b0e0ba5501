// A key's events, beside a plain list of times.
#include "core/features/event_log.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <memory_resource>
#include <random>
#include <vector>

namespace assay::core {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;

class EventLogTest : public ::testing::Test {
 protected:
  // Events up to `horizon` are wanted no more.
  void insert(std::int64_t time, std::int64_t horizon) {
    if (!log.push(time, 1, nullptr)) (void)log.insert(time, 1, nullptr, horizon);
    times.insert(std::ranges::upper_bound(times, time), time);
  }
  std::vector<std::int64_t> held(std::int64_t horizon) const {
    std::vector<std::int64_t> all;
    log.each(log.begin(), log.end(), [&](const ChunkReader& chunk, unsigned i) {
      if (chunk.time(i) > horizon) all.push_back(chunk.time(i));
    });
    return all;
  }
  std::vector<std::int64_t> wanted(std::int64_t horizon) const {
    return {std::ranges::upper_bound(times, horizon), times.end()};
  }

  BlockPool pool{*std::pmr::get_default_resource()};
  LogShape shape;
  LogRoot root;
  EventLog log{pool, shape, root};
  std::vector<std::int64_t> times;
};

// A full log of which a few events are over was copied to one that was larger than a chunk may be,
// and grew on until its size no longer fitted into a byte.
TEST_F(EventLogTest, becomes_tall_also_where_few_of_its_events_are_over) {
  for (std::int64_t i = 0; i < 64; ++i) insert(i * kSecond, -1);
  for (std::int64_t i = 64; i < 600; ++i) {
    insert(i * kSecond, 3 * kSecond);
    ASSERT_EQ(held(3 * kSecond), wanted(3 * kSecond)) << i;
  }
  EXPECT_TRUE(log.tall());
}

// Short times reach 49 days from where they begin. A log that lives for years begins anew with the
// events that it still has, in the block that it has.
TEST_F(EventLogTest, goes_on_in_its_block_however_long_it_lives) {
  constexpr auto kDay = 86'400 * kSecond;
  for (std::int64_t day = 0; day < 20; day += 3) insert(day * kDay, -1);
  const auto block = root.block;
  unsigned rooms = 0;
  for (std::int64_t day = 20; day < 2'000; day += 3) {
    const auto time = day * kDay;
    const auto horizon = time - 17 * kDay;
    if (!log.push(time, 1, nullptr)) {
      ASSERT_TRUE(log.make_room(time, horizon)) << day;
      ASSERT_TRUE(log.push(time, 1, nullptr)) << day;
      ++rooms;
    }
    times.push_back(time);
    ASSERT_EQ(held(horizon), wanted(horizon)) << day;
  }
  EXPECT_GT(rooms, 60u);
  EXPECT_EQ(root.block, block);
  // Nothing is over, and the next one is too far away.
  EXPECT_FALSE(log.make_room(times.back() + 60 * kDay, times.front()));
}

TEST_F(EventLogTest, holds_what_is_wanted_whatever_the_window_and_however_late) {
  for (unsigned seed = 0; seed < 200; ++seed) {
    log.clear();
    times.clear();
    std::mt19937 random(seed);
    const auto draw = [&](std::int64_t below) {
      return std::uniform_int_distribution<std::int64_t>(0, below - 1)(random);
    };
    const auto window = (1 + draw(400)) * kSecond;
    const auto late = draw(4) * 20;
    std::int64_t now = 0;
    std::int64_t pause = 1;
    for (int i = 0; i < 1'000; ++i) {
      if (i % 100 == 0) pause = 1 + draw(20);  // what a window holds grows and shrinks
      now += draw(pause) * kSecond;
      const auto horizon = now - window;
      const auto time = late > 0 && draw(10) == 0 ? now - draw(late) * kSecond : now;
      if (time <= horizon) continue;
      insert(time, horizon);
      ASSERT_EQ(held(horizon), wanted(horizon)) << "seed " << seed << ", event " << i;
    }
  }
}

}  // namespace
}  // namespace assay::core
