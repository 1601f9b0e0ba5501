// History survives a restart: an engine that is killed and goes on from its snapshots decides like
// one that was never interrupted.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <random>

#include "tests/host/runtime/state_world.hpp"
#include "tests/support/servers/temporary_folder.hpp"

namespace assay::tests {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class Restart : public ::testing::Test {
 protected:
  // An engine that nobody interrupts.
  static Delivered calm(const StateWorld& world) {
    Delivered delivered;
    StateLife life(world, {}, delivered);
    for (std::int32_t p = 0; p < world.partitions; ++p) life.assign(p, 0);
    life.read(0, world.log.size());
    return delivered;
  }
  // Next offset of each partition when the log was read up to there.
  static std::vector<std::int64_t> positions(const StateWorld& world, std::size_t read) {
    std::vector<std::int64_t> next(static_cast<std::size_t>(world.partitions), 0);
    for (std::size_t i = 0; i < read; ++i) {
      const auto& sent = world.log[i];
      next[static_cast<std::size_t>(sent.partition.value)] = sent.offset.value + 1;
    }
    return next;
  }
  static void expect_same(const Delivered& expected, const Delivered& found) {
    EXPECT_EQ(found.size(), expected.size());
    std::size_t shown = 0;
    for (const auto& [place, rows] : expected) {
      const auto there = found.find(place);
      if (there != found.end() && there->second == rows) continue;
      ADD_FAILURE() << "partition " << place.first << " offset " << place.second << ": "
                    << (there == found.end() ? "nothing" : *there->second.begin())
                    << "\n  expected " << *rows.begin();
      if (++shown == 5) return;
    }
  }

  testing::TemporaryFolder folder_;
  Delivered delivered_;
};

TEST_F(Restart, killed_at_every_thousandth_record_it_decides_like_one_that_was_not) {
  const StateWorld world(8'000, 3, false);
  const auto expected = calm(world);
  ASSERT_GT(expected.size(), 7'000u);
  std::size_t read = 0;
  std::size_t committed = 0;
  std::size_t saved = 0;
  for (std::size_t kill = 1'000; read < world.log.size(); kill += 1'000) {
    StateLife life(world, folder_.path(), delivered_);
    const auto resume = positions(world, committed);
    const auto from = positions(world, saved);
    for (std::int32_t p = 0; p < world.partitions; ++p) {
      const auto index = static_cast<std::size_t>(p);
      EXPECT_EQ(life.assign(p, resume[index]), from[index]) << "from the snapshot, not the start";
    }
    const auto end = std::min(kill, world.log.size());
    saved = std::min(committed + 400, end);
    life.read(0, saved);
    life.save();
    life.read(0, end);
    read = end;
    // The last records were on their way and are read again.
    committed = std::max(saved, end - std::min<std::size_t>(end, 37));
    EXPECT_THAT(life.warnings, IsEmpty());
  }
  expect_same(expected, delivered_);
}

// Snapshots, kills and moves from worker to worker wherever chance puts them; the position that is
// resumed at lies anywhere between the last snapshot but one and the end.
TEST_F(Restart, killed_and_moved_at_random_it_decides_like_one_that_was_not) {
  for (std::uint32_t seed = 1; seed <= 8; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    const testing::TemporaryFolder folder;
    const StateWorld world(2'500, 2, false, seed);
    const auto expected = calm(world);
    Delivered delivered;
    std::mt19937 random(seed);
    const auto between = [&](std::size_t low, std::size_t high) {
      return low + random() % (high - low + 1);
    };
    std::size_t committed = 0;
    while (committed < world.log.size()) {
      StateLife life(world, folder.path(), delivered, 2);
      const auto resume = positions(world, committed);
      std::vector<std::size_t> owner;
      for (std::int32_t p = 0; p < world.partitions; ++p) {
        owner.push_back(random() % 2);
        life.assign(p, resume[static_cast<std::size_t>(p)], owner.back());
      }
      auto at = committed;
      for (auto steps = between(1, 3); steps > 0 && at < world.log.size(); --steps) {
        at = std::min(world.log.size(), at + between(0, 300));
        life.read(0, at, static_cast<std::uint32_t>(between(1, 60)));
        if (random() % 2 == 0) life.save();
        if (random() % 2 == 0) {  // to the other worker, which has to ask where it resumes
          life.take_away(0, owner[0]);
          owner[0] = 1 - owner[0];
          life.assign(0, positions(world, between(committed, at))[0], owner[0]);
          life.read(0, at);
        }
      }
      committed = at == world.log.size() ? at : between(committed, at);
    }
    expect_same(expected, delivered);
  }
}

// What was delivered and not committed is judged again, with the same answers, and counted once.
TEST_F(Restart, what_a_failed_drain_gave_back_alerts_again_and_is_counted_once) {
  const StateWorld world(1'200, 1, false);
  const auto expected = calm(world);
  {
    StateLife life(world, folder_.path(), delivered_);
    life.assign(0, 0);
    life.read(0, 500);
    life.delivered_up_to(0, positions(world, 500)[0]);
    life.save();
    life.read(0, 800);
    life.save();  // nothing behind 500 was delivered: this snapshot is of no use
  }
  StateLife life(world, folder_.path(), delivered_);
  EXPECT_EQ(life.assign(0, positions(world, 600)[0]), positions(world, 500)[0]);
  life.read(0, world.log.size());
  EXPECT_EQ(life.replayed(), 100u);
  expect_same(expected, delivered_);
}

// --- what is wrong with a snapshot -------------------------------------------------------------

// Two snapshots, at two fifths and at three, and whoever goes on from four fifths.
class BrokenSnapshot : public Restart {
 protected:
  static constexpr std::size_t kFirst = 400;
  static constexpr std::size_t kSecond = 600;
  static constexpr std::size_t kResume = 800;

  BrokenSnapshot() {
    StateLife life(world_, folder_.path(), delivered_);
    life.assign(0, 0);
    for (const auto at : {kFirst, kSecond}) {
      life.read(0, at);
      life.save();
    }
    life.read(0, kResume);
  }
  fs::path path(std::size_t read) const {
    char name[32];
    std::snprintf(name, sizeof name, "%020" PRId64 ".snapshot", positions(world_, read)[0]);
    return folder_.path() / "assay" / "payments" / "partition-00000" / name;
  }
  // Answers what was said. `from`: where it must have gone on.
  std::vector<std::string> go_on(std::int64_t from, const std::string& plan = "p1") {
    StateLife life(world_, folder_.path(), delivered_, 1, plan);
    EXPECT_EQ(life.assign(0, positions(world_, kResume)[0]), from);
    life.read(0, world_.log.size());
    expect_same(calm(world_), delivered_);
    return life.warnings;
  }
  void flip(const fs::path& file, std::uintmax_t at) {
    std::fstream stream(file, std::ios::in | std::ios::out | std::ios::binary);
    stream.seekg(static_cast<std::streamoff>(at));
    const auto byte = static_cast<char>(stream.get() ^ 0x10);
    stream.seekp(static_cast<std::streamoff>(at));
    stream.put(byte);
  }
  std::int64_t first() const { return positions(world_, kFirst)[0]; }
  std::int64_t second() const { return positions(world_, kSecond)[0]; }

  StateWorld world_{1'000, 1, false};
};

TEST_F(BrokenSnapshot, none_is_and_the_newest_is_used) { EXPECT_THAT(go_on(second()), IsEmpty()); }

TEST_F(BrokenSnapshot, cut_short_gives_way_to_the_one_before_and_is_told) {
  fs::resize_file(path(kSecond), fs::file_size(path(kSecond)) / 2);
  EXPECT_THAT(go_on(first()), ElementsAre(HasSubstr("set aside")));
  EXPECT_TRUE(fs::exists(path(kSecond).string() + ".bad"));
}

TEST_F(BrokenSnapshot, with_a_bit_flipped_anywhere_gives_way_and_is_told) {
  const auto sound = folder_ / "sound";
  fs::copy_file(path(kSecond), sound);
  const auto size = fs::file_size(sound);
  for (std::uintmax_t at = 0; at < size; at += size / 9) {
    fs::copy_file(sound, path(kSecond), fs::copy_options::overwrite_existing);
    flip(path(kSecond), at);
    EXPECT_THAT(go_on(first()), ElementsAre(HasSubstr("set aside"))) << at;
  }
}

TEST_F(BrokenSnapshot, of_a_later_release_gives_way_and_is_told) {
  flip(path(kSecond), 8);  // the format
  EXPECT_THAT(go_on(first()), ElementsAre(HasSubstr("written by a later release")));
}

TEST_F(BrokenSnapshot, of_another_partition_gives_way_and_is_told) {
  StateWorld two(400, 2, false);
  const testing::TemporaryFolder other;
  {
    Delivered nowhere;
    StateLife life(two, other.path(), nowhere);
    life.assign(1, 0);
    life.read(0, two.log.size());
    life.save();
  }
  const auto theirs = other.path() / "assay" / "payments" / "partition-00001";
  fs::copy_file(fs::directory_iterator(theirs)->path(), path(kSecond),
                fs::copy_options::overwrite_existing);
  EXPECT_THAT(go_on(first()), ElementsAre(HasSubstr("is of another partition")));
}

TEST_F(BrokenSnapshot, none_that_is_good_means_that_the_log_is_read_again) {
  std::ofstream(path(kSecond)) << "no snapshot at all, but longer than the shortest of them is";
  std::ofstream(path(kFirst)) << "";
  EXPECT_THAT(go_on(0), SizeIs(2));
}

TEST_F(BrokenSnapshot, of_other_features_is_passed_over_and_stays) {
  EXPECT_THAT(go_on(0, "p2"), ::testing::Each(HasSubstr("is passed over")));
  EXPECT_TRUE(fs::exists(path(kSecond)));
}

// The folder's place is taken by a file: nothing can be written there, as on a disk that is full.
TEST_F(Restart, what_cannot_be_written_costs_a_snapshot_and_nothing_else) {
  const StateWorld world(1'000, 1, false);
  fs::create_directories(folder_ / "assay");
  std::ofstream(folder_ / "assay/payments") << "in the way";
  StateLife life(world, folder_.path(), delivered_);
  life.assign(0, 0);
  life.read(0, 500);
  life.save();
  EXPECT_EQ(life.keeper().report().failed, 1u);
  EXPECT_EQ(life.keeper().report().written, 0u);
  fs::remove(folder_ / "assay/payments");
  life.read(0, world.log.size());
  life.save();
  EXPECT_EQ(life.keeper().report().written, 1u);
  expect_same(calm(world), delivered_);
}

// --- what partitions share ---------------------------------------------------------------------

TEST_F(Restart, stores_that_partitions_share_come_back_as_a_whole) {
  const StateWorld world(3'000, 1, true);
  const auto expected = calm(world);
  std::size_t committed = 0;
  std::size_t saved = 0;
  for (const std::size_t end : {700, 1'500, 2'400, 3'200}) {
    StateLife life(world, folder_.path(), delivered_);
    EXPECT_EQ(life.assign(0, positions(world, committed)[0]), positions(world, saved)[0]);
    saved = std::min(end - 150, world.log.size());
    life.read(0, saved);
    life.save();
    committed = std::min(end, world.log.size());
    life.read(0, committed);
  }
  StateLife life(world, folder_.path(), delivered_);
  life.assign(0, positions(world, committed)[0]);
  life.read(0, world.log.size());
  expect_same(expected, delivered_);
}

// A partition that changes hands finds what is shared as it was left, and counts nothing again.
TEST_F(Restart, stores_that_partitions_share_stay_when_one_moves_between_workers) {
  const StateWorld world(2'000, 2, true);
  const auto expected = calm(world);
  StateLife life(world, folder_.path(), delivered_, 2);
  life.assign(0, 0, 0);
  life.assign(1, 0, 1);
  life.read(0, 900, 1);
  life.save();
  life.read(0, 1'000, 1);
  life.take_away(0, 0);
  EXPECT_EQ(life.assign(0, positions(world, 1'000)[0], 1), positions(world, 900)[0]);
  life.read(0, world.log.size(), 1);
  expect_same(expected, delivered_);
}

// The partition's snapshot is newer than the shared one and knows records which that one does not:
// they have to be counted there, so an older one is used.
TEST_F(Restart, partition_s_snapshot_is_never_newer_than_the_shared_one) {
  const StateWorld world(2'000, 1, true);
  const auto expected = calm(world);
  {
    StateLife life(world, folder_.path(), delivered_);
    life.assign(0, 0);
    for (const std::size_t at : {500, 1'000}) {
      life.read(0, at);
      life.delivered_up_to(0, positions(world, at)[0]);
      life.save();
    }
    life.read(0, 1'200);
  }
  const auto shared = folder_.path() / "assay/payments/shared";
  fs::resize_file(shared / "00000000000000000002.snapshot", 100);
  StateLife life(world, folder_.path(), delivered_);
  EXPECT_THAT(life.warnings, ElementsAre(HasSubstr("set aside")));
  EXPECT_EQ(life.assign(0, positions(world, 1'200)[0]), positions(world, 500)[0]);
  life.read(0, world.log.size());
  expect_same(expected, delivered_);
}

TEST_F(Restart, without_what_is_shared_a_partition_is_read_again) {
  const StateWorld world(1'000, 1, true);
  {
    StateLife life(world, folder_.path(), delivered_);
    life.assign(0, 0);
    life.read(0, 500);
    life.save();
    life.read(0, 600);
  }
  fs::remove_all(folder_.path() / "assay/payments/shared");
  StateLife life(world, folder_.path(), delivered_);
  EXPECT_EQ(life.assign(0, positions(world, 600)[0]), 0);
  life.read(0, world.log.size());
  expect_same(calm(world), delivered_);
}

}  // namespace
}  // namespace assay::tests
