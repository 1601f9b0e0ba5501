#include "host/state/snapshot_folder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <string>
#include <vector>

#include "tests/support/servers/temporary_folder.hpp"

namespace assay::host {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class SnapshotFolderTest : public ::testing::Test {
 protected:
  static SnapshotHead identity() {
    return {.group = "fraud/eu",
            .topic = "transactions",
            .cluster = "c1",
            .plan = "p1",
            .engine = {},
            .newest = 0,
            .positions = {}};
  }
  SnapshotFolder folder(const SnapshotHead& head = identity()) {
    return {root_.path(), head, [this](const std::string& text) { warnings_.push_back(text); }};
  }
  void write(const SnapshotFolder& to, std::int64_t next, std::int64_t usable = 0) {
    auto writer = to.begin(part_, static_cast<std::uint64_t>(next), {{{3}, {next}}}, 77);
    ASSERT_TRUE(writer) << writer.error();
    (*writer)->put(next * 2);
    ASSERT_TRUE((*writer)->finish());
    to.prune(part_, static_cast<std::uint64_t>(usable));
  }
  std::vector<std::uint64_t> numbers(const SnapshotFolder& of) {
    std::vector<std::uint64_t> all;
    for (const auto& entry : of.list(part_)) all.push_back(entry.number);
    return all;
  }

  testing::TemporaryFolder root_;
  std::vector<std::string> warnings_;
  StatePart part_{core::PartitionId{3}};
};

TEST_F(SnapshotFolderTest, GivesTheNewestAtOrBelowThePositionThatIsResumed) {
  const auto mine = folder();
  write(mine, 100);
  write(mine, 200);
  const auto state = mine.newest(part_, 199);
  ASSERT_TRUE(state);
  EXPECT_EQ(state->head().positions, (std::vector<SnapshotHead::Next>{{{3}, {100}}}));
  EXPECT_EQ(state->head().newest, 77);
  std::int64_t body = 0;
  ASSERT_TRUE(state->take(body));
  EXPECT_EQ(body, 200);
  EXPECT_EQ(mine.newest(part_, 200)->head().positions[0].next.value, 200);
  EXPECT_FALSE(mine.newest(part_, 99));
  EXPECT_THAT(warnings_, IsEmpty());
}

TEST_F(SnapshotFolderTest, KeepsTheNewestTwo) {
  const auto mine = folder();
  for (const auto next : {100, 200, 1'000'000, 300}) write(mine, next, 2'000'000);
  EXPECT_THAT(numbers(mine), ElementsAre(1'000'000, 300));
}

// Where a slow step lags, no start could use one of the newest two: the next one must live on until
// the step has come that far.
TEST_F(SnapshotFolderTest, KeepsTheOneThatAStartCanUseNext) {
  const auto mine = folder();
  for (const auto next : {100, 200, 300, 400, 500, 600}) write(mine, next, 0);
  EXPECT_THAT(numbers(mine), ElementsAre(600, 500, 100));
  write(mine, 700, 150);
  EXPECT_THAT(numbers(mine), ElementsAre(700, 600, 500, 100));
  write(mine, 800, 520);
  EXPECT_THAT(numbers(mine), ElementsAre(800, 700, 600, 500));
}

TEST_F(SnapshotFolderTest, KeepsTheNewestThatAStartCanUse) {
  const auto mine = folder();
  for (const auto next : {100, 200, 300, 400}) write(mine, next, 250);
  EXPECT_THAT(numbers(mine), ElementsAre(400, 300, 200));
  write(mine, 500, 310);
  EXPECT_THAT(numbers(mine), ElementsAre(500, 400, 300));
  write(mine, 600, 600);
  EXPECT_THAT(numbers(mine), ElementsAre(600, 500));
}

TEST_F(SnapshotFolderTest, RemovesWhatLiesBeyondAPosition) {
  const auto mine = folder();
  for (const auto next : {100, 200, 300}) write(mine, next, 100);
  EXPECT_EQ(mine.remove_above(part_, 200), 1u);
  EXPECT_THAT(numbers(mine), ElementsAre(200, 100));
  EXPECT_EQ(mine.remove_above(part_, 200), 0u);
}

TEST_F(SnapshotFolderTest, FallsBackFromADamagedOneAndSetsItAside) {
  const auto mine = folder();
  write(mine, 100);
  write(mine, 200);
  const auto damaged = mine.list(part_)[0].path;
  std::filesystem::resize_file(damaged, std::filesystem::file_size(damaged) - 1);
  EXPECT_EQ(mine.newest(part_, 1'000)->head().positions[0].next.value, 100);
  EXPECT_THAT(numbers(mine), ElementsAre(100));
  EXPECT_THAT(warnings_, ElementsAre(HasSubstr("it is set aside as 00000000000000000200.snapshot."
                                               "bad")));
  EXPECT_TRUE(std::filesystem::exists(damaged.string() + ".bad"));
}

TEST_F(SnapshotFolderTest, KeepsTheNewestThreeOfThoseSetAside) {
  const auto mine = folder();
  for (int next = 100; next <= 700; next += 100) {
    write(mine, next);
    const auto damaged = mine.list(part_)[0].path;
    std::filesystem::resize_file(damaged, std::filesystem::file_size(damaged) - 1);
    EXPECT_FALSE(mine.newest(part_, 1'000));
  }
  std::vector<std::string> aside;
  for (const auto& file : std::filesystem::directory_iterator(mine.path() / part_.name())) {
    aside.push_back(file.path().filename().string());
  }
  EXPECT_EQ(aside.size(), 3u);
  EXPECT_THAT(aside, ::testing::Contains("00000000000000000700.snapshot.bad"));
}

TEST_F(SnapshotFolderTest, PassesOverWhatAnotherPlanOrClusterHasMade) {
  write(folder(), 100);
  auto other = identity();
  other.plan = "p2";
  EXPECT_FALSE(folder(other).newest(part_, 1'000));
  other = identity();
  other.cluster = "c2";
  EXPECT_FALSE(folder(other).newest(part_, 1'000));
  EXPECT_THAT(warnings_, ElementsAre(HasSubstr("is passed over: it was taken with other features"),
                                     HasSubstr("is passed over: it is of another cluster, c1")));
  EXPECT_TRUE(folder().newest(part_, 1'000)) << "it is still there for whoever made it";
}

TEST_F(SnapshotFolderTest, TellsGroupsWithOddNamesApart) {
  auto other = identity();
  other.group = "fraud%2feu";
  EXPECT_NE(folder().path(), folder(other).path());
  other.group = "..";
  EXPECT_THAT(folder(other).path().string(), HasSubstr("/%2e."));
}

// The numbers differ from one to the next, so nothing would ever write over it.
TEST_F(SnapshotFolderTest, RemovesWhatAKilledProcessHadBegun) {
  const auto mine = folder();
  write(mine, 100);
  const auto begun = mine.list(part_)[0].path.string() + ".part";
  std::ofstream(begun) << "half of it";
  write(mine, 200);
  EXPECT_FALSE(std::filesystem::exists(begun));
  EXPECT_THAT(numbers(mine), ElementsAre(200, 100));
  EXPECT_THAT(warnings_, IsEmpty());
}

TEST_F(SnapshotFolderTest, LooksAtNothingButSnapshots) {
  const auto mine = folder();
  write(mine, 100);
  std::ofstream(mine.path() / "partition-00003" / "notes.txt") << "x";
  std::ofstream(mine.path() / "partition-00003" / "7x.snapshot") << "x";
  EXPECT_THAT(numbers(mine), ElementsAre(100));
  EXPECT_THAT(mine.list({core::PartitionId{4}}), IsEmpty());
}

}  // namespace
}  // namespace assay::host
