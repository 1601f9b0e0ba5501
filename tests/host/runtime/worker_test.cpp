// The worker between a group and its sinks: where it starts, what it commits, what it does when
// things change under it.
#include "host/runtime/worker.hpp"

#include <gtest/gtest.h>
#include <librdkafka/rdkafka_mock.h>

#include <future>

#include "tests/host/runtime/worker_bench.hpp"
#include "tests/support/servers/kafka_server.hpp"

namespace assay::tests {
namespace {

using namespace std::chrono_literals;

class WorkerTest : public ::testing::Test {
 protected:
  WorkerBench& bench() {
    if (!bench_) bench_ = std::make_unique<WorkerBench>(cluster.address(), letters);
    return *bench_;
  }
  // A worker with a database step and a plain one, that reads the twenty records there are.
  void run_with(Cursors first, Cursors second) {
    produce(cluster.address(), 0, 0, 20);
    bench().add_step("main.store", store, first);
    bench().add_step("main.copy", copy, second);
    bench().run();
  }
  // A worker with twenty records under way to a sink that takes none of them yet.
  void run_into_a_sink_that_hangs() {
    produce(cluster.address(), 0, 0, 20);
    store.hold();
    bench().add_step("main.store", store, Cursors::none);
    bench().run();
    EXPECT_TRUE(eventually([&] { return bench().worker->snapshot().in_flight == 20; }));
  }
  void expect_rows(std::int64_t of_store, std::int64_t of_copy) {
    EXPECT_TRUE(eventually([&] {
      const auto a = store.rows("main.store");
      const auto b = copy.rows("main.copy");
      return !a.empty() && a.back() == 19 && !b.empty() && b.back() == 19;
    }));
    bench().stop();
    EXPECT_EQ(store.rows("main.store"), range(of_store, 20));
    EXPECT_EQ(copy.rows("main.copy"), range(of_copy, 20));
  }

  testing::MockCluster cluster{"payments", 1};
  MemoryDeadLetters letters;
  Store store;
  Store copy;
  std::unique_ptr<WorkerBench> bench_;
};

// --- where it starts ---------------------------------------------------------------------------

TEST_F(WorkerTest, starts_at_the_lowest_cursor_and_skips_below_each_step_s_own) {
  store.set_cursor("main.store", 10);
  copy.set_cursor("main.copy", 5);
  run_with(Cursors::kept, Cursors::kept);
  expect_rows(10, 5);
}

TEST_F(WorkerTest, starts_at_the_committed_offset_where_no_step_keeps_a_cursor) {
  produce(cluster.address(), 0, 0, 1);
  commit(cluster.address(), 7);
  run_with(Cursors::none, Cursors::none);
  // One record more than the twenty was made before.
  EXPECT_TRUE(eventually([&] { return store.has("main.store", 14); }));
  EXPECT_EQ(store.rows("main.store").front(), 7);
}

TEST_F(WorkerTest, starts_at_the_committed_offset_where_it_is_lower_than_the_cursor) {
  store.set_cursor("main.store", 10);
  commit(cluster.address(), 4);
  run_with(Cursors::kept, Cursors::none);
  expect_rows(10, 4);
}

TEST_F(WorkerTest, starts_at_the_cursor_where_the_committed_offset_is_higher) {
  store.set_cursor("main.store", 4);
  commit(cluster.address(), 10);
  run_with(Cursors::kept, Cursors::none);
  expect_rows(4, 4);
}

TEST_F(WorkerTest, starts_at_the_log_s_start_for_a_required_step_of_which_nothing_was_committed) {
  store.set_cursor("main.store", 10);
  run_with(Cursors::kept, Cursors::none);
  expect_rows(10, 0);
}

TEST_F(WorkerTest, starts_at_the_log_s_start_for_a_cursor_that_never_stored_anything) {
  store.set_cursor("main.store", 10);
  run_with(Cursors::kept, Cursors::kept);
  expect_rows(10, 0);
}

TEST_F(WorkerTest, starts_at_the_committed_offset_for_a_cursor_that_never_stored_anything) {
  store.set_cursor("main.store", 10);
  commit(cluster.address(), 6);
  run_with(Cursors::kept, Cursors::kept);
  expect_rows(10, 6);
}

// --- what it commits ---------------------------------------------------------------------------

TEST_F(WorkerTest, drains_on_a_stop_and_commits_what_was_delivered) {
  run_into_a_sink_that_hangs();
  store.release();
  bench().stop();
  EXPECT_EQ(bench().end, host::Worker::End::stopped);
  EXPECT_EQ(store.rows("main.store"), range(0, 20));
  EXPECT_EQ(committed(cluster.address()), 20);
}

TEST_F(WorkerTest, drain_goes_on_until_a_slow_sink_has_what_was_read) {
  bench().options.grace = 1h;
  run_into_a_sink_that_hangs();
  auto stopped = std::async(std::launch::async, [&] { bench().stop(); });
  EXPECT_EQ(stopped.wait_for(300ms), std::future_status::timeout) << "nothing was delivered yet";
  store.release();
  stopped.wait();
  EXPECT_EQ(committed(cluster.address()), 20);
}

TEST_F(WorkerTest, drain_ends_with_its_grace_time_where_a_sink_hangs) {
  bench().options.grace = 100ms;
  run_into_a_sink_that_hangs();
  bench().stop();
  EXPECT_EQ(committed(cluster.address()), -1);
}

TEST_F(WorkerTest, stop_in_a_hurry_does_not_wait_for_a_sink_that_hangs) {
  bench().options.grace = 1h;
  run_into_a_sink_that_hangs();
  bench().hurry = true;
  bench().stop();
  EXPECT_EQ(committed(cluster.address()), -1);
}

TEST_F(WorkerTest, says_a_commit_again_that_was_not_taken) {
  rd_kafka_mock_push_request_errors(cluster.cluster(), 8 /* OffsetCommit */, 1,
                                    RD_KAFKA_RESP_ERR_INVALID_REQUIRED_ACKS);
  produce(cluster.address(), 0, 0, 20);
  bench().add_step("main.store", store, Cursors::none);
  bench().run();
  // No further record comes, so nothing but the worker itself brings it about.
  EXPECT_TRUE(eventually([&] { return committed(cluster.address()) == 20; }));
}

TEST_F(WorkerTest, dead_letter_gates_what_is_committed) {
  letters.hold();
  testing::Hand(cluster.address()).fill("payments", 0, 0, 1);  // "0" is no payment
  produce(cluster.address(), 0, 1, 20);
  bench().add_step("main.store", store, Cursors::none);
  bench().options.grace = 10ms;
  bench().run();
  letters.wait_for(1);
  bench().stop();
  EXPECT_EQ(committed(cluster.address()), -1);
  letters.release();
}

TEST_F(WorkerTest, dead_letter_is_counted_and_passed_once_it_is_durable) {
  testing::Hand(cluster.address()).fill("payments", 0, 0, 1);
  produce(cluster.address(), 0, 1, 20);
  bench().add_step("main.store", store, Cursors::none);
  bench().run();
  EXPECT_TRUE(eventually([&] { return store.has("main.store", 19); }));
  bench().stop();
  EXPECT_EQ(committed(cluster.address()), 20);
  const auto snapshot = bench().worker->snapshot();
  EXPECT_EQ(snapshot.completed.dead_lettered, 1U);
  EXPECT_EQ(snapshot.completed.delivered, 19U);
  ASSERT_EQ(letters.letters().size(), 1U);
  EXPECT_EQ(letters.letters()[0].offset.value, 0);
}

// --- back-pressure and counts ------------------------------------------------------------------

TEST_F(WorkerTest, pauses_for_a_slow_sink_goes_on_and_loses_nothing) {
  produce(cluster.address(), 0, 0, 3'000);
  store.hold();
  bench().options.memory = 20'000;
  bench().add_step("main.store", store, Cursors::kept);
  bench().run();
  EXPECT_TRUE(eventually([&] { return bench().worker->snapshot().paused; }));
  EXPECT_LT(bench().worker->snapshot().in_flight, 3'000U);
  store.release();
  EXPECT_TRUE(eventually([&] { return store.has("main.store", 3'000); }));
  bench().stop();
  EXPECT_EQ(store.rows("main.store"), range(0, 3'000));
  EXPECT_EQ(committed(cluster.address()), 3'000);
}

TEST_F(WorkerTest, pauses_while_dead_letters_wait_as_it_does_for_a_slow_sink) {
  letters.hold();
  testing::Hand(cluster.address()).fill("payments", 0, 0, 3'000);  // no payments
  bench().options.memory = 2'000;
  bench().add_step("main.store", store, Cursors::none);
  bench().run();
  EXPECT_TRUE(eventually([&] { return bench().worker->snapshot().paused; }));
  EXPECT_LT(bench().worker->snapshot().in_flight, 3'000U);
  letters.release();
  EXPECT_TRUE(eventually([&] { return letters.letters().size() == 3'000; }));
  bench().stop();
  EXPECT_EQ(committed(cluster.address()), 3'000);
}

TEST_F(WorkerTest, counts_every_record_once_in_every_snapshot) {
  bench().blueprint.dedupe_horizon = std::chrono::nanoseconds(1h).count();
  bench().add_step("main.store", store, Cursors::kept);
  bench().run();
  std::atomic<bool> done = false;
  std::uint64_t looked = 0;
  std::jthread looker([&] {
    while (!done) {
      const auto one = bench().worker->snapshot();
      EXPECT_EQ(one.counters.received, one.completed.total() + one.in_flight + one.abandoned);
      ++looked;
    }
  });
  for (int i = 0; i < 5; ++i) {
    produce(cluster.address(), 0, 0, 200);  // the same again: duplicates
    testing::Hand(cluster.address()).fill("payments", 0, 0, 5);
  }
  const auto counted = [&] { return bench().worker->snapshot().completed; };
  EXPECT_TRUE(eventually([&] { return counted().total() == std::uint64_t{5} * 205; }));
  done = true;
  looker.join();
  EXPECT_GT(looked, 0U);
  EXPECT_EQ(counted().duplicate, 4U * 200);
  EXPECT_EQ(counted().dead_lettered, 5U * 5);
  EXPECT_EQ(counted().delivered, 200U);
}

// --- when things change under it ---------------------------------------------------------------

TEST_F(WorkerTest, reads_again_what_a_database_has_lost) {
  produce(cluster.address(), 0, 0, 20);
  bench().add_step("main.store", store, Cursors::kept);
  bench().run();
  EXPECT_TRUE(eventually([&] { return store.has("main.store", 20); }));
  const auto earlier = store.copy();
  produce(cluster.address(), 0, 20, 40);
  EXPECT_TRUE(eventually([&] { return store.has("main.store", 40); }));
  store.restore(earlier);
  produce(cluster.address(), 0, 40, 50);
  EXPECT_TRUE(eventually([&] { return store.has("main.store", 50); }));
  bench().stop();
  EXPECT_EQ(store.rows("main.store"), range(0, 50));
}

TEST_F(WorkerTest, reads_everything_again_for_a_database_that_has_lost_everything) {
  produce(cluster.address(), 0, 0, 20);
  bench().add_step("main.store", store, Cursors::kept);
  bench().run();
  EXPECT_TRUE(eventually([&] { return store.has("main.store", 20); }));
  EXPECT_TRUE(eventually([&] { return committed(cluster.address()) == 20; }));
  store.restore({});
  produce(cluster.address(), 0, 20, 30);
  EXPECT_TRUE(eventually([&] {
    const auto rows = store.rows("main.store");
    return !rows.empty() && rows.back() == 29;
  }));
  bench().stop();
  EXPECT_EQ(store.rows("main.store"), range(0, 30));
}

TEST_F(WorkerTest, takes_its_cursor_back_where_another_owner_came_and_the_group_says_nothing) {
  produce(cluster.address(), 0, 0, 20);
  bench().add_step("main.store", store, Cursors::kept);
  bench().run();
  EXPECT_TRUE(eventually([&] { return store.has("main.store", 20); }));
  store.claimed_by_other();
  produce(cluster.address(), 0, 20, 40);
  EXPECT_TRUE(eventually([&] { return store.has("main.store", 40); }));
  bench().stop();
  EXPECT_EQ(store.rows("main.store"), range(0, 40));
}

TEST_F(WorkerTest, claims_nothing_any_more_while_it_gives_its_partitions_up) {
  produce(cluster.address(), 0, 0, 20);
  store.hold();
  bench().options.session = 0ms;
  bench().add_step("main.store", store, Cursors::kept);
  bench().run();
  EXPECT_TRUE(eventually([&] { return bench().worker->snapshot().in_flight == 20; }));
  // The next owner was faster: what is under way here is refused, which comes out in the drain.
  store.claimed_by_other();
  const auto epoch = [&] { return store.copy().cursors[Store::Key{"main.store", 0}].epoch; };
  const auto before = epoch();
  std::jthread later([&] { store.release(); });
  bench().stop();
  EXPECT_EQ(epoch(), before) << "the next owner is fenced by one that is leaving";
}

// On a real broker: the mock refuses commits during a rebalance, which a drain then waits for.
TEST(two_workers, share_the_partitions_and_store_each_record_once) {
  if (const auto why = testing::KafkaServer::unavailable()) GTEST_SKIP() << *why;
  const testing::KafkaServer cluster;
  testing::Hand(cluster.address()).create("payments", 2);
  MemoryDeadLetters letters;
  Store store;
  for (const std::int32_t partition : {0, 1}) produce(cluster.address(), partition, 0, 300);
  WorkerBench first(cluster.address(), letters);
  first.add_step("main.store", store, Cursors::kept);
  first.run();
  EXPECT_TRUE(eventually([&] { return first.worker->snapshot().partitions == 2; }));
  WorkerBench second(cluster.address(), letters);
  second.member = "other";
  second.add_step("main.store", store, Cursors::kept);
  second.run(false);
  for (const std::int32_t partition : {0, 1}) produce(cluster.address(), partition, 300, 600);
  EXPECT_TRUE(eventually([&] {
    return first.worker->snapshot().partitions == 1 && second.worker->snapshot().partitions == 1;
  }));
  for (const std::int32_t partition : {0, 1}) produce(cluster.address(), partition, 600, 700);
  for (const std::int32_t partition : {0, 1}) {
    EXPECT_TRUE(eventually([&] { return store.has("main.store", 700, partition); }));
  }
  for (const std::int32_t partition : {0, 1}) {
    EXPECT_TRUE(eventually([&] { return committed(cluster.address(), partition) == 700; }));
  }
  first.stop();
  second.stop();
  for (const std::int32_t partition : {0, 1}) {
    EXPECT_EQ(store.rows("main.store", partition), range(0, 700));
  }
}

}  // namespace
}  // namespace assay::tests
