// Snapshots that are taken in slices while records go on: what they hold is the state of one
// offset, and a kill in the middle of one costs nothing but the one.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <random>
#include <set>
#include <system_error>
#include <utility>

#include "tests/host/runtime/state_world.hpp"
#include "tests/support/servers/temporary_folder.hpp"

namespace assay::tests {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using ::testing::IsEmpty;
using ::testing::IsSupersetOf;

std::size_t prefix_of(const StateWorld& world, const std::vector<host::SnapshotHead::Next>& at) {
  std::map<core::PartitionId, core::Offset> left;
  for (const auto& one : at) {
    if (one.next.value > 0) left[one.partition] = one.next;
  }
  for (std::size_t i = 0; i < world.log.size(); ++i) {
    const auto& sent = world.log[i];
    const auto found = left.find(sent.partition);
    if (found != left.end() && sent.offset.next() == found->second) left.erase(found);
    if (left.empty()) return i + 1;
  }
  ADD_FAILURE() << "no batch ended there";
  return 0;
}

// Everything below a folder that is in place; files under way are left out, for nobody reads them.
std::set<fs::path> in_place(const fs::path& folder) {
  std::set<fs::path> all;
  std::error_code gone;
  for (fs::recursive_directory_iterator entry(folder, gone), end; !gone && entry != end;
       entry.increment(gone)) {
    if (entry->path().extension() != ".part") all.insert(entry->path());
  }
  return gone ? std::set<fs::path>{folder} : all;
}

// The disk at one moment, as a crash leaves it. The writer goes on meanwhile, so a copy in the
// middle of which something was put in place or removed is of no moment, and another one is made.
// What is written of a file under way is copied however far it is.
std::unique_ptr<testing::TemporaryFolder> image_of(const fs::path& from) {
  for (;;) {
    auto image = std::make_unique<testing::TemporaryFolder>();
    const auto before = in_place(from);
    std::error_code gone;
    for (fs::recursive_directory_iterator entry(from, gone), end; !gone && entry != end;
         entry.increment(gone)) {
      const auto place = image->path() / entry->path().lexically_relative(from);
      std::error_code moved;
      if (entry->is_directory(moved)) {
        fs::create_directories(place);
      } else {
        fs::copy_file(entry->path(), place, moved);
      }
    }
    if (!gone && in_place(from) == before) return image;
  }
}

// An engine that has read so much and then saved all of it at once.
class Calm {
 public:
  Calm(const StateWorld& world, std::size_t read) : world_(&world) {
    StateLife life(world, folder_.path(), delivered_);
    for (std::int32_t p = 0; p < world.partitions; ++p) life.assign(p, 0);
    life.read(0, read);
    life.save();
  }
  // As it comes back.
  std::vector<std::string> partition(std::int32_t number, std::int64_t next) {
    StateLife life(*world_, folder_.path(), delivered_);
    EXPECT_EQ(life.assign(number, next), next);
    return life.state_of(number);
  }
  std::vector<std::string> shared() {
    return StateLife(*world_, folder_.path(), delivered_).shared_state();
  }

 private:
  const StateWorld* world_;
  testing::TemporaryFolder folder_;
  Delivered delivered_;
};

class InSlices : public ::testing::TestWithParam<std::uint32_t> {
 protected:
  std::size_t between(std::size_t low, std::size_t high) {
    return low + random_() % (high - low + 1);
  }
  // Reads on in batches of any size, with slices at any place between them.
  std::size_t go_on(StateLife& life, std::size_t from, std::size_t to) {
    while (from < to) {
      const auto next = std::min(to, from + between(1, 40));
      life.read(from, next, 40);
      from = next;
      for (auto turns = between(0, 4); turns > 0; --turns) life.turn();
    }
    return from;
  }

  std::mt19937 random_{GetParam()};
  testing::TemporaryFolder folder_;
  Delivered delivered_;
};

TEST_P(InSlices, a_snapshot_holds_the_state_of_its_offset_exactly) {
  const bool shared = GetParam() % 2 == 0;
  const StateWorld world(1'500, 2, shared, GetParam());
  {
    StateLife life(world, folder_.path(), delivered_, 1, "p1", in_slices());
    for (std::int32_t p = 0; p < world.partitions; ++p) life.assign(p, 0);
    go_on(life, 0, world.log.size());
    life.flush();
    ASSERT_GT(life.keeper().report().written, 0u);
    EXPECT_THAT(life.warnings, IsEmpty());
  }
  Delivered nowhere;
  StateLife again(world, folder_.path(), nowhere, 1);
  const auto& folder = again.keeper().folder();
  std::size_t compared = 0;
  for (std::int32_t p = 0; p < world.partitions; ++p) {
    const host::StatePart part{core::PartitionId{p}};
    const auto all = folder.list(part);
    if (all.empty()) continue;
    const auto reader = folder.newest(part, all.front().number);
    ASSERT_TRUE(reader);
    Calm calm(world, prefix_of(world, reader->head().positions));
    // Without the shared ones, which a partition need not wait for here.
    const testing::TemporaryFolder copy;
    fs::copy(folder_.path(), copy.path(), fs::copy_options::recursive);
    const auto next = reader->head().positions[0].next.value;
    StateLife life(world, copy.path(), nowhere);
    const auto from = life.assign(p, next);
    if (from != next) continue;  // newer than what is shared
    EXPECT_EQ(life.state_of(p), calm.partition(p, next));
    ++compared;
  }
  const auto stripes = folder.list({});
  ASSERT_EQ(stripes.empty(), !shared);
  if (shared) {
    const auto reader = folder.newest({}, stripes.front().number);
    ASSERT_TRUE(reader);
    EXPECT_EQ(again.shared_state(),
              Calm(world, prefix_of(world, reader->head().positions)).shared());
    ++compared;
  }
  EXPECT_GT(compared, 0u);
}

TEST_P(InSlices, killed_in_the_middle_of_one_it_decides_like_one_that_was_not) {
  const bool shared = GetParam() % 2 == 0;
  // What partitions share depends on the order in which they are read, which a replay changes.
  const StateWorld world(1'500, shared ? 1 : 2, shared, GetParam());
  Delivered expected;
  {
    StateLife life(world, {}, expected);
    for (std::int32_t p = 0; p < world.partitions; ++p) life.assign(p, 0);
    life.read(0, world.log.size());
  }
  std::size_t in_the_middle = 0;
  std::size_t at = 0;
  auto disk = std::make_unique<testing::TemporaryFolder>();
  while (at < world.log.size()) {
    std::unique_ptr<testing::TemporaryFolder> after;
    {
      StateLife life(world, disk->path(), delivered_, 1, "p1", in_slices());
      std::vector<std::int64_t> resume(static_cast<std::size_t>(world.partitions), 0);
      for (std::size_t i = 0; i < at; ++i) {
        resume[static_cast<std::size_t>(world.log[i].partition.value)] =
            world.log[i].offset.value + 1;
      }
      for (std::int32_t p = 0; p < world.partitions; ++p) {
        life.assign(p, resume[static_cast<std::size_t>(p)]);
      }
      // What lies between a snapshot and the position comes again.
      life.read(0, at, 40);
      const auto end = std::min(world.log.size(), at + between(100, 400));
      go_on(life, at, end);
      for (std::int32_t p = 0; p < world.partitions; ++p) {
        in_the_middle += life.keeper().busy({p});
      }
      at = end == world.log.size() ? end : between(at, end);
      EXPECT_THAT(life.warnings, IsEmpty());
      after = image_of(disk->path());
    }
    disk = std::move(after);
  }
  EXPECT_GT(in_the_middle, 0u);
  if (!shared) {
    EXPECT_EQ(delivered_, expected);
    return;
  }
  // What partitions share may be further than the record that is read again, which then sees a late
  // one that came behind it. Read for the first time each of them is decided as ever.
  for (const auto& [record, decisions] : expected) {
    EXPECT_THAT(delivered_[record], IsSupersetOf(decisions));
  }
}

// A rebalance in the middle of one: nothing of it is left, and whoever gets the partition next goes
// on as if there had been none.
TEST_P(InSlices, a_partition_that_is_taken_away_in_the_middle_leaves_nothing_behind) {
  const StateWorld world(900, 1, false, GetParam());
  Delivered expected;
  {
    StateLife life(world, {}, expected);
    life.assign(0, 0);
    life.read(0, world.log.size());
  }
  auto saving = in_slices();
  saving.limits.step = 1;  // so slowly that none is ever whole
  StateLife life(world, folder_.path(), delivered_, 2, "p1", saving);
  std::size_t owner = 0;
  life.assign(0, 0, owner);
  for (std::size_t at = 0; at < world.log.size(); at += 100) {
    life.read(at, std::min(world.log.size(), at + 100), 20);
    life.turn();
    life.turn();
    EXPECT_TRUE(life.keeper().busy({0}));
    life.take_away(0, owner);
    EXPECT_TRUE(life.keeper().wait_for({0}, std::chrono::steady_clock::now() + 1min));
    owner = 1 - owner;
    EXPECT_EQ(life.assign(0, 0, owner), 0) << "there is no snapshot";
    life.read(0, std::min(world.log.size(), at + 100), 20);
  }
  EXPECT_EQ(delivered_, expected);
  EXPECT_THAT(life.keeper().folder().list({core::PartitionId{0}}), IsEmpty());
  const auto report = life.keeper().report();
  EXPECT_EQ(report.failed + report.given_up, 0u) << "that is nothing to worry about";
  for (const auto& entry : fs::recursive_directory_iterator(folder_.path())) {
    EXPECT_TRUE(entry.is_directory()) << entry.path();
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, InSlices, ::testing::Range(1u, 17u));

}  // namespace
}  // namespace assay::tests
