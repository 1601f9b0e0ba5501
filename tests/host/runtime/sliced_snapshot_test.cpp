#include "host/runtime/sliced_snapshot.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "host/runtime/slice_pace.hpp"
#include "host/runtime/snapshot_thread.hpp"
#include "tests/support/servers/temporary_folder.hpp"

namespace assay::host {
namespace {

using Clock = std::chrono::steady_clock;
using Progress = SlicedSnapshot::Progress;
using ::testing::HasSubstr;

// So many steps, each of so many bytes; what is stopped has to be gone through all the same.
class Steps final : public SlicedSnapshot::State {
 public:
  tl::expected<void, std::string> begin_save(core::StateSink& sink) override {
    if (broken) return tl::unexpected(std::string("a rule cannot"));
    sink_ = &sink;
    left = steps;
    return {};
  }
  bool save_some(std::size_t) override {
    if (left > 0) change();
    return left == 0;
  }
  void stop_save() override { sink_ = nullptr; }
  // Something that is not saved yet is about to change.
  void change() {
    --left;
    if (sink_ != nullptr) sink_->write(std::as_bytes(std::span(text)));
  }

  int steps = 4;
  int left = 0;
  bool broken = false;
  std::string text = std::string(SnapshotPipe::kPiece, 'x');

 private:
  core::StateSink* sink_ = nullptr;
};

class SlicedSnapshotTest : public ::testing::Test {
 protected:
  std::shared_ptr<SnapshotPipe> begin() {
    auto pipe = std::make_shared<SnapshotPipe>(limits_, bell_);
    EXPECT_TRUE(snapshot_.begin(state_, pipe));
    return pipe;
  }
  Progress one_step() { return snapshot_.advance(state_, limits_, Clock::now()); }

  SnapshotLimits limits_{.room = 2 * SnapshotPipe::kPiece, .most = 8 * SnapshotPipe::kPiece};
  std::shared_ptr<SnapshotBell> bell_ = std::make_shared<SnapshotBell>();
  Steps state_;
  SlicedSnapshot snapshot_;
  SnapshotPipe::Piece piece_;
};

TEST_F(SlicedSnapshotTest, TakesAStepHoweverLittleTimeThereIsAndNoneIntoAFullPipe) {
  const auto pipe = begin();
  EXPECT_EQ(one_step(), Progress::some);
  EXPECT_EQ(state_.left, 3);
  EXPECT_EQ(one_step(), Progress::some);
  EXPECT_EQ(one_step(), Progress::none) << "the disk comes first";
  EXPECT_EQ(state_.left, 2);
  EXPECT_TRUE(pipe->take(piece_));
  EXPECT_EQ(one_step(), Progress::some);
  EXPECT_TRUE(pipe->take(piece_));
  EXPECT_EQ(one_step(), Progress::whole);
  snapshot_.finish(5);
  EXPECT_EQ(pipe->end(), SnapshotPipe::End::finished);
  EXPECT_FALSE(snapshot_.under_way());
  EXPECT_FALSE(snapshot_.leftover());
}

TEST_F(SlicedSnapshotTest, GoesOnWhileThereIsTime) {
  limits_.room = limits_.most;
  begin();
  EXPECT_EQ(snapshot_.advance(state_, limits_, Clock::now() + std::chrono::hours(1)),
            Progress::whole);
}

TEST_F(SlicedSnapshotTest, GivesUpWhereCopiesPassTheLimitAndGoesThroughTheRestInSlices) {
  state_.steps = 12;
  const auto pipe = begin();
  for (int i = 0; i < 9; ++i) state_.change();
  EXPECT_EQ(one_step(), Progress::some);
  EXPECT_EQ(pipe->end(), SnapshotPipe::End::given_up);
  EXPECT_THAT(pipe->why(), HasSubstr("more than 2 MiB of copies were waiting"));
  EXPECT_FALSE(snapshot_.under_way());
  EXPECT_TRUE(snapshot_.leftover());
  EXPECT_EQ(one_step(), Progress::some);
  EXPECT_EQ(state_.left, 2);
  EXPECT_EQ(one_step(), Progress::some);
  EXPECT_EQ(one_step(), Progress::some);
  EXPECT_FALSE(snapshot_.leftover());
  EXPECT_EQ(one_step(), Progress::none);
}

TEST_F(SlicedSnapshotTest, IsNotWholeWhereTheLastCopyWasOneTooMany) {
  state_.steps = 9;
  const auto pipe = begin();
  for (int i = 0; i < 9; ++i) state_.change();
  while (snapshot_.under_way()) EXPECT_NE(one_step(), Progress::whole);
  EXPECT_EQ(pipe->end(), SnapshotPipe::End::given_up);
}

TEST_F(SlicedSnapshotTest, GivesUpWhereItTakesTooLong) {
  limits_.whole = std::chrono::nanoseconds(0);
  const auto pipe = begin();
  EXPECT_EQ(one_step(), Progress::some);
  EXPECT_EQ(pipe->end(), SnapshotPipe::End::given_up);
  EXPECT_THAT(pipe->why(), HasSubstr("not whole after"));
}

TEST_F(SlicedSnapshotTest, EndsWhereTheDiskTakesNothingMore) {
  const auto pipe = begin();
  pipe->break_off();
  EXPECT_EQ(one_step(), Progress::some);
  EXPECT_FALSE(snapshot_.under_way());
  EXPECT_EQ(pipe->end(), SnapshotPipe::End::open) << "whoever broke it off has said why";
}

TEST_F(SlicedSnapshotTest, DoesNotBeginWhereTheStateCannotBeSaved) {
  state_.broken = true;
  const auto pipe = std::make_shared<SnapshotPipe>(limits_, bell_);
  EXPECT_FALSE(snapshot_.begin(state_, pipe));
  EXPECT_FALSE(snapshot_.under_way());
  EXPECT_EQ(pipe->end(), SnapshotPipe::End::withdrawn);
}

// A disk that never takes anything holds up a drain as long as it may, and no longer.
TEST_F(SlicedSnapshotTest, IsWithdrawnWhereItCannotBeCompletedInTime) {
  const auto pipe = begin();
  EXPECT_FALSE(snapshot_.complete(state_, limits_, Clock::now() + std::chrono::milliseconds(5)));
  EXPECT_EQ(pipe->end(), SnapshotPipe::End::withdrawn);
  EXPECT_FALSE(snapshot_.under_way());
}

// --- through the thread ------------------------------------------------------------------------

class SnapshotThreadTest : public SlicedSnapshotTest {
 protected:
  SnapshotThread::Order order(std::int32_t partition, std::int64_t next) {
    return {.part = {core::PartitionId{partition}},
            .number = static_cast<std::uint64_t>(next),
            .positions = {{{partition}, {next}}}};
  }
  std::size_t files(std::int32_t partition) {
    return folder_.list({core::PartitionId{partition}}).size();
  }
  Clock::time_point soon() { return Clock::now() + std::chrono::minutes(1); }

  testing::TemporaryFolder root_;
  SnapshotFolder folder_{root_.path(),
                         {.group = "g", .topic = "t", .cluster = "c", .plan = "p", .engine = {}},
                         [](const std::string&) {}};
};

TEST_F(SnapshotThreadTest, OneThatIsTakenSlowlyKeepsNobodyWaiting) {
  SnapshotThread thread(folder_, limits_);
  const auto slow = thread.open(order(0, 10));
  slow->write(std::as_bytes(std::span(state_.text)));
  ASSERT_TRUE(snapshot_.begin(state_, thread.open(order(1, 20))));
  ASSERT_TRUE(snapshot_.complete(state_, limits_, soon()));
  snapshot_.finish(0);
  ASSERT_TRUE(thread.wait_for({core::PartitionId{1}}, soon()));
  EXPECT_EQ(files(1), 1u);
  EXPECT_TRUE(thread.busy({core::PartitionId{0}}));
  slow->finish(0);
  ASSERT_TRUE(thread.wait_for({core::PartitionId{0}}, soon()));
  EXPECT_EQ(files(0), 1u);
  EXPECT_EQ(thread.report().written, 2u);
}

TEST_F(SnapshotThreadTest, LeavesNothingOfOneThatIsWithdrawnOrGivenUp) {
  SnapshotThread thread(folder_, limits_);
  for (const bool given_up : {true, false}) {
    const auto pipe = thread.open(order(0, 10));
    pipe->write(std::as_bytes(std::span(state_.text)));
    given_up ? pipe->give_up("too slow") : pipe->withdraw();
    ASSERT_TRUE(thread.wait_for({core::PartitionId{0}}, soon()));
  }
  for (const auto& entry : std::filesystem::recursive_directory_iterator(root_.path())) {
    EXPECT_TRUE(entry.is_directory()) << entry.path();
  }
  EXPECT_EQ(thread.report().given_up, 1u);
  EXPECT_EQ(thread.report().failed, 0u);
  EXPECT_EQ(thread.report().written, 0u);
}

TEST_F(SnapshotThreadTest, AtItsEndWritesWhatIsWholeAndNothingElse) {
  {
    SnapshotThread thread(folder_, limits_);
    const auto open = thread.open(order(0, 10));
    open->write(std::as_bytes(std::span(state_.text)));
    const auto whole = thread.open(order(1, 20));
    whole->write(std::as_bytes(std::span(state_.text)));
    whole->finish(0);
  }
  EXPECT_EQ(files(0), 0u);
  EXPECT_EQ(files(1), 1u);
}

// --- how often ---------------------------------------------------------------------------------

TEST(SlicePace, LeavesNoSecondMoreThanFiveMilliseconds) {
  const SnapshotLimits limits;
  SlicePace pace;
  // A worker that looks again at once; slices of any length, as chance has it.
  std::vector<std::pair<Clock::time_point, Clock::time_point>> slices;
  auto now = Clock::time_point{} + std::chrono::hours(1);
  for (std::uint64_t random = 7; slices.size() < 2'000; now += std::chrono::microseconds(50)) {
    if (!pace.ready(now)) continue;
    random = random * 6'364'136'223'846'793'005u + 1;
    const auto ended = now + std::chrono::microseconds(1 + (random >> 33u) % 1'000);
    pace.took(limits, now, ended);
    slices.emplace_back(now, ended);
    now = ended;
  }
  for (std::size_t first = 0; first < slices.size(); ++first) {
    Clock::duration all{};
    const auto end = slices[first].first + std::chrono::seconds(1);
    for (auto i = first; i < slices.size() && slices[i].first < end; ++i) {
      all += std::min(slices[i].second, end) - slices[i].first;
    }
    EXPECT_LE(all, std::chrono::milliseconds(5));
  }
}

TEST(SlicePace, MakesUpForASliceThatTookTooLong) {
  SlicePace pace;
  const auto begun = Clock::time_point{} + std::chrono::hours(1);
  pace.took({}, begun, begun + std::chrono::milliseconds(20));
  EXPECT_FALSE(pace.ready(begun + std::chrono::milliseconds(4'999)));
  EXPECT_TRUE(pace.ready(begun + std::chrono::milliseconds(5'000)));
}

}  // namespace
}  // namespace assay::host
