#include "core/pipeline/duplicates.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cstdint>
#include <map>
#include <memory_resource>
#include <vector>

#include "tests/core/features/state_buffer.hpp"

namespace assay::core {
namespace {

using Finding = Duplicates::Finding;

constexpr std::int64_t kHour = 3'600'000'000'000;

TEST(Duplicates, an_id_is_fresh_then_a_duplicate_then_reused) {
  Duplicates seen(kHour);
  EXPECT_EQ(seen.see(1, 10, 100), Finding::fresh);
  EXPECT_EQ(seen.see(1, 10, 100), Finding::duplicate);
  EXPECT_EQ(seen.see(2, 10, 100), Finding::fresh);
  EXPECT_EQ(seen.see(1, 11, 100), Finding::id_reused);
  EXPECT_EQ(seen.see(1, 11, 100), Finding::duplicate) << "the newest content is remembered";
}

TEST(Duplicates, an_id_is_known_up_to_the_horizon_and_not_beyond) {
  Duplicates seen(kHour);
  seen.see(1, 10, 0);
  seen.see(2, 10, kHour);
  EXPECT_EQ(seen.see(1, 10, 0), Finding::duplicate) << "exactly a horizon old";
  seen.see(3, 10, kHour + 1);
  EXPECT_EQ(seen.see(1, 10, 0), Finding::fresh);
}

TEST(Duplicates, being_sent_again_does_not_lengthen_an_ids_life) {
  Duplicates seen(kHour);
  seen.see(1, 10, 0);
  EXPECT_EQ(seen.see(1, 10, kHour / 2), Finding::duplicate);
  seen.see(2, 10, kHour + 1);
  EXPECT_EQ(seen.see(1, 10, kHour + 1), Finding::fresh);
}

TEST(Duplicates, a_late_event_does_not_turn_time_back) {
  Duplicates seen(kHour);
  seen.see(1, 10, 10 * kHour);
  seen.see(2, 10, 5 * kHour);
  EXPECT_EQ(seen.see(1, 10, 10 * kHour), Finding::duplicate);
}

TEST(Duplicates, what_is_forgotten_gives_its_place_back) {
  Duplicates seen(kHour);
  // A thousand hours at a hundred ids an hour; never more than two hundred are remembered.
  for (std::uint64_t id = 0; id < 100'000; ++id) {
    const auto time = static_cast<std::int64_t>(id / 100) * kHour;
    ASSERT_EQ(seen.see(id * 0x9E3779B97F4A7C15u, id, time), Finding::fresh);
  }
  EXPECT_LE(seen.size(), 768u) << "three quarters of the smallest table";
}

// Counts what is asked of it.
class Counting final : public std::pmr::memory_resource {
 public:
  int asked = 0;

 private:
  void* do_allocate(std::size_t bytes, std::size_t alignment) override {
    ++asked;
    return std::pmr::new_delete_resource()->allocate(bytes, alignment);
  }
  void do_deallocate(void* memory, std::size_t bytes, std::size_t alignment) override {
    std::pmr::new_delete_resource()->deallocate(memory, bytes, alignment);
  }
  bool do_is_equal(const std::pmr::memory_resource& other) const noexcept override {
    return this == &other;
  }
};

// Around half of a table, where more would want a larger one and fewer would fit a smaller one.
TEST(Duplicates, that_are_forgotten_as_fast_as_new_ones_come_take_no_memory) {
  Counting memory;
  Duplicates seen(kHour, &memory);
  std::uint64_t id = 0;
  std::int64_t time = 0;
  const auto hours = [&](int count) {
    for (int hour = 0; hour < count; ++hour) {
      const std::uint64_t ids = hour % 2 == 0 ? 1'050 : 950;
      for (std::uint64_t i = 0; i < ids; ++i) {
        time += kHour / static_cast<std::int64_t>(ids);
        ASSERT_EQ(seen.see(id * 0x9E3779B97F4A7C15u, id, time), Finding::fresh);
        ++id;
      }
    }
  };
  hours(20);
  const auto before = memory.asked;
  hours(200);
  EXPECT_EQ(memory.asked, before);
  EXPECT_EQ(seen.see((id - 900) * 0x9E3779B97F4A7C15u, id - 900, time), Finding::duplicate);
}

TEST(Duplicates, ids_that_fall_on_one_place_are_told_apart) {
  Duplicates seen(kHour);
  for (std::uint64_t i = 0; i < 2'000; ++i) {
    ASSERT_EQ(seen.see(i << 32, i, 1), Finding::fresh);
  }
  for (std::uint64_t i = 0; i < 2'000; ++i) {
    ASSERT_EQ(seen.see(i << 32, i, 1), Finding::duplicate);
  }
}

TEST(Duplicates, times_before_1970_are_remembered_like_any) {
  Duplicates seen(kHour);
  const std::int64_t long_ago = -kHour * 24 * 365 * 50;
  EXPECT_EQ(seen.see(1, 10, long_ago), Finding::fresh);
  EXPECT_EQ(seen.see(1, 10, long_ago), Finding::duplicate);
}

// --- in a snapshot -----------------------------------------------------------------------------

std::vector<std::byte> saved(Duplicates& seen) {
  tests::BufferSink sink;
  seen.begin_save(sink);
  auto all = kAllWork;
  EXPECT_TRUE(seen.save_some(all));
  sink.put(kStateEnd);
  return sink.buffer;
}

bool load(Duplicates& into, StateSource& source) {
  if (!into.begin_load(source)) return false;
  for (StateMark mark = 0;;) {
    if (!source.take(mark)) return false;
    if (mark == kStateEnd) return true;
    if (mark != kStateIds || !into.load_item(source)) return false;
  }
}

TEST(Duplicates, know_behind_a_snapshot_what_they_knew_before_it) {
  Duplicates seen(kHour);
  for (std::uint64_t id = 0; id < 5'000; ++id) seen.see(id * 7, id, static_cast<std::int64_t>(id));
  const auto bytes = saved(seen);
  Duplicates again(kHour);
  tests::BufferSource source(bytes);
  ASSERT_TRUE(load(again, source));
  EXPECT_EQ(source.remaining(), 0u);
  EXPECT_EQ(again.size(), 5'000u);
  for (std::uint64_t id = 0; id < 5'000; ++id) {
    ASSERT_EQ(again.see(id * 7, id, 1), Finding::duplicate);
    ASSERT_EQ(again.see(id * 7, id + 1, 1), Finding::id_reused);
  }
  EXPECT_EQ(again.see(3, 3, 1), Finding::fresh);
}

TEST(Duplicates, leave_what_is_forgotten_out_of_a_snapshot) {
  Duplicates seen(kHour);
  seen.see(1, 10, 0);
  seen.see(2, 10, 2 * kHour);
  Duplicates again(kHour);
  const auto bytes = saved(seen);
  tests::BufferSource source(bytes);
  ASSERT_TRUE(load(again, source));
  EXPECT_EQ(again.size(), 1u);
  EXPECT_EQ(again.see(1, 10, kHour - 1), Finding::fresh) << "and it is as late as it was";
}

TEST(Duplicates, refuse_a_snapshot_that_is_cut_off_or_says_a_thing_twice) {
  Duplicates seen(kHour);
  for (std::uint64_t id = 1; id < 10; ++id) seen.see(id, id, 1);
  const auto whole = saved(seen);
  for (std::size_t size = 0; size < whole.size(); ++size) {
    Duplicates again(kHour);
    const std::span<const std::byte> bytes(whole);
    tests::BufferSource source(bytes.first(size));
    ASSERT_FALSE(load(again, source)) << size;
  }
  auto twice = whole;
  std::copy_n(twice.end() - 28, 24, twice.end() - 52);
  Duplicates again(kHour);
  tests::BufferSource source(twice);
  EXPECT_FALSE(load(again, source));
}

// Ids come, are used again and forgotten, and the table grows, while the slices are taken.
RC_GTEST_PROP(DuplicatesProperty, slices_hold_the_ids_of_the_cut, ()) {
  const auto before = *rc::gen::inRange<std::uint64_t>(0, 4'000);
  const auto ids = *rc::gen::element<std::uint64_t>(50, 3'000, 1'000'000);
  const auto step = *rc::gen::inRange<std::int64_t>(0, 3);
  const auto slice = *rc::gen::inRange<std::size_t>(1, 400);
  const bool given_up_before = *rc::gen::arbitrary<bool>();
  Duplicates sliced(1'000);
  Duplicates plain(1'000);
  std::uint64_t state = 1;
  std::int64_t now = 0;
  const auto see = [&](auto&... all) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    now += step;
    const auto id = (state >> 33) % ids * 0x9E3779B97F4A7C15u;
    (all.see(id, state >> 60, now), ...);
  };
  for (std::uint64_t i = 0; i < before; ++i) see(sliced, plain);
  if (given_up_before) {
    tests::BufferSink nowhere;
    sliced.begin_save(nowhere);
    auto work = slice;
    sliced.save_some(work);
    sliced.stop_save();
  }
  const auto expected = saved(plain);
  tests::BufferSink sink;
  sliced.begin_save(sink);
  for (auto work = slice; !sliced.save_some(work); work = slice) {
    for (int i = 0; i < 8; ++i) see(sliced);
  }
  sink.put(kStateEnd);
  const auto contents = [](std::span<const std::byte> bytes) {
    Duplicates again(1'000);
    tests::BufferSource source(bytes);
    RC_ASSERT(load(again, source));
    tests::BufferSink sorted;
    again.begin_save(sorted);
    auto all = kAllWork;
    again.save_some(all);
    return std::pair(again.size(), sorted.buffer.size());
  };
  RC_ASSERT(contents(sink.buffer) == contents(expected));
  Duplicates one(1'000);
  Duplicates other(1'000);
  tests::BufferSource source(sink.buffer);
  tests::BufferSource plainly(expected);
  RC_ASSERT(load(one, source) && load(other, plainly));
  for (std::uint64_t id = 0; id < std::min<std::uint64_t>(ids, 5'000); ++id) {
    RC_ASSERT(one.see(id * 0x9E3779B97F4A7C15u, 3, now) ==
              other.see(id * 0x9E3779B97F4A7C15u, 3, now));
  }
}

struct Sighting {
  std::uint64_t id;
  std::uint64_t content;
  std::int64_t time;
};

// A map that never forgets anything by itself, asked the same questions.
RC_GTEST_PROP(DuplicatesProperty, agrees_with_a_map_that_keeps_everything, ()) {
  const auto horizon = *rc::gen::inRange<std::int64_t>(0, 500);
  // Few ids so that they meet; times that wander so that some are late.
  const auto ids = *rc::gen::element<std::uint64_t>(5, 50, 5'000);
  const auto step = *rc::gen::inRange<std::int64_t>(0, 20);
  const auto sightings = *rc::gen::container<std::vector<Sighting>>(
      3'000, rc::gen::construct<Sighting>(rc::gen::inRange<std::uint64_t>(0, ids),
                                          rc::gen::inRange<std::uint64_t>(0, 3),
                                          rc::gen::inRange<std::int64_t>(0, 300)));
  Duplicates seen(horizon);
  std::map<std::uint64_t, Sighting> model;
  std::int64_t newest = 0;
  std::int64_t clock = 0;
  for (auto sighting : sightings) {
    clock += step;
    sighting.time += clock;
    newest = std::max(newest, sighting.time);
    const auto known = model.find(sighting.id);
    auto expected = Finding::fresh;
    if (known != model.end() && known->second.time >= newest - horizon) {
      expected =
          known->second.content == sighting.content ? Finding::duplicate : Finding::id_reused;
    }
    if (expected != Finding::duplicate) model[sighting.id] = sighting;
    RC_ASSERT(seen.see(sighting.id, sighting.content, sighting.time) == expected);
  }
}

}  // namespace
}  // namespace assay::core
