// The worker and its snapshots, on a mock cluster: what it writes, and where it goes on from.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>

#include <filesystem>
#include <fstream>

#include "tests/host/runtime/worker_bench.hpp"
#include "tests/support/servers/kafka_server.hpp"
#include "tests/support/servers/temporary_folder.hpp"

namespace assay::tests {
namespace {

using namespace std::chrono_literals;
using ::testing::IsEmpty;
using ::testing::Not;

class WorkerStateTest : public ::testing::Test {
 protected:
  // One life of the worker: it reads up to the record before `until`.
  struct Life {
    Life(WorkerStateTest& test, std::chrono::milliseconds interval,
         const host::SnapshotLimits& limits = {})
        : keeper(host::SnapshotFolder(test.folder_.path(),
                                      {.group = "detectors",
                                       .topic = "payments",
                                       .cluster = "cluster",
                                       .plan = "p",
                                       .engine = {}},
                                      [](const std::string&) {}),
                 interval, nullptr, limits),
          bench(test.cluster_.address(), test.letters_) {
      bench.blueprint.dedupe_horizon = std::int64_t{86'400} * 1'000'000'000;
      bench.state = &keeper;
      bench.add_step("main.store", test.store_, Cursors::none);
      bench.run();
    }
    bool has_delivered(std::uint64_t count) {
      return eventually([&] { return bench.worker->snapshot().completed.total() == count; });
    }
    std::vector<host::SnapshotEntry> snapshots() const {
      return keeper.folder().list({core::PartitionId{0}});
    }
    host::StateKeeper keeper;
    WorkerBench bench;
  };

  void produce(int from, int to) { tests::produce(cluster_.address(), 0, from, to); }

  testing::MockCluster cluster_{"payments", 1};
  testing::TemporaryFolder folder_;
  MemoryDeadLetters letters_;
  Store store_;
};

TEST_F(WorkerStateTest, is_written_at_the_end_and_taken_up_without_reading_anything_again) {
  produce(0, 20);
  {
    Life life(*this, 1h);
    ASSERT_TRUE(life.has_delivered(20));
    life.bench.stop();
    ASSERT_EQ(life.snapshots().size(), 1u);
    EXPECT_EQ(life.snapshots()[0].number, 20u);
  }
  produce(15, 25);  // five of them are known
  Life life(*this, 1h);
  ASSERT_TRUE(life.has_delivered(10));
  const auto seen = life.bench.worker->snapshot();
  EXPECT_EQ(seen.counters.replayed, 0u);
  EXPECT_EQ(seen.completed.duplicate, 5u);
  EXPECT_EQ(seen.completed.delivered, 5u);
}

TEST_F(WorkerStateTest, is_written_while_it_runs_so_that_a_kill_costs_only_the_tail) {
  produce(0, 20);
  {
    Life life(*this, 1ms);
    ASSERT_TRUE(life.has_delivered(20));
    ASSERT_TRUE(eventually([&] { return !life.snapshots().empty(); }));
    life.bench.hurry = true;  // no last snapshot
    life.bench.stop();
  }
  produce(19, 21);
  Life life(*this, 1h);
  ASSERT_TRUE(life.has_delivered(2));
  const auto seen = life.bench.worker->snapshot();
  EXPECT_EQ(seen.completed.duplicate, 1u);
  EXPECT_LT(seen.counters.replayed, 20u);
}

// Where the group holds is where a start goes on, not where the steps have come to.
TEST_F(WorkerStateTest, keeps_what_a_start_can_use_while_no_commit_is_taken) {
  std::vector<rd_kafka_resp_err_t> refusals(2'000, RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED);
  rd_kafka_mock_push_request_errors_array(cluster_.cluster(), 8 /* OffsetCommit */, refusals.size(),
                                          refusals.data());
  Life life(*this, 1ms);
  int produced = 0;
  const auto begun = std::chrono::steady_clock::now();
  // Long enough for several rounds of commits.
  while (produced < 25 || std::chrono::steady_clock::now() - begun < 3s) {
    produce(produced, produced + 5);
    produced += 5;
    ASSERT_TRUE(eventually([&] { return life.keeper.saved({0}).value == produced; }));
  }
  const auto kept = life.snapshots();
  ASSERT_GE(kept.size(), 3u);
  EXPECT_LE(kept.back().number, 10u) << "the first, for the group holds nothing yet";
}

// Every slice holds a few ids only, and no message comes between two of them.
TEST_F(WorkerStateTest, is_written_in_slices_by_a_worker_that_has_nothing_else_to_do) {
  produce(0, 20);
  Life life(*this, 1ms, {.slice = 0ns, .rest = 0, .step = 1'024});
  ASSERT_TRUE(life.has_delivered(20));
  ASSERT_TRUE(eventually([&] { return life.keeper.saved({0}).value == 20; }));
  EXPECT_EQ(life.snapshots().at(0).number, 20u);
  EXPECT_EQ(life.keeper.report().given_up, 0u);
}

// The mock cluster finds no record by its stamp, so nothing is replayed here; what a replay
// restores is held by other tests.
TEST_F(WorkerStateTest, that_is_broken_is_set_aside_and_the_worker_goes_on) {
  std::filesystem::path broken;
  produce(0, 20);
  {
    Life life(*this, 1h);
    ASSERT_TRUE(life.has_delivered(20));
    life.bench.stop();
    broken = life.snapshots().at(0).path;
    std::filesystem::resize_file(broken, 40);
  }
  produce(19, 21);
  Life life(*this, 1h);
  ASSERT_TRUE(life.has_delivered(2));
  EXPECT_THAT(life.snapshots(), IsEmpty());
  EXPECT_TRUE(std::filesystem::exists(broken.string() + ".bad"));
}

TEST_F(WorkerStateTest, is_not_written_anew_where_nothing_has_changed) {
  produce(0, 20);
  {
    Life life(*this, 1h);
    ASSERT_TRUE(life.has_delivered(20));
    life.bench.stop();
  }
  Life life(*this, 1h);
  life.bench.stop();
  EXPECT_EQ(life.keeper.report().written, 0u);
  EXPECT_THAT(life.snapshots(), Not(IsEmpty()));
}

}  // namespace
}  // namespace assay::tests
