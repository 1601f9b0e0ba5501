// Records that are read once more to restore what is remembered: they are remembered, and nothing
// else comes of them.
#include <gtest/gtest.h>

#include <string>

#include "core/pipeline/pipeline.hpp"
#include "tests/support/pipeline_bench.hpp"

namespace assay::core {
namespace {

using tests::PipelineBench;

std::string message(std::string_view id, std::string_view amount) {
  return PipelineBench::message(id, amount);
}

class Replay : public ::testing::Test {
 protected:
  Replay() {
    bench_.blueprint.dedupe_horizon = std::int64_t{86'400} * 1'000'000'000;
    bench_.add_amount_rule();
    bench_.add_step("store", {"id"});
  }
  // Resumes at 10, replays from 7.
  Shard& shard() {
    if (!shard_) shard_ = &bench_.shard(0, 10, {}, 7);
    return *shard_;
  }
  const PipelineCounters& counters() { return bench_.pipeline().counters(); }

  PipelineBench bench_;
  Shard* shard_ = nullptr;
};

TEST_F(Replay, delivers_nothing_and_moves_no_watermark) {
  ASSERT_TRUE(bench_.add(shard(), 7, message("a", "950")));
  ASSERT_TRUE(bench_.add(shard(), 8, "{not json"));
  EXPECT_FALSE(bench_.pipeline().empty()) << "there is something to remember";
  bench_.run();
  EXPECT_TRUE(bench_.departed.empty());
  EXPECT_EQ(shard().tracker().watermark(), Offset{10});
  EXPECT_EQ(counters().replayed, 2u);
  EXPECT_EQ(counters().received, 0u);
  EXPECT_EQ(counters().decisions[2], 0u) << "it was decided and counted before";
  EXPECT_EQ(counters().rules[0].hits, 0u);
}

TEST_F(Replay, leaves_its_records_out_of_a_batch_that_goes_on_with_new_ones) {
  ASSERT_TRUE(bench_.add(shard(), 9, message("a", "950")));
  ASSERT_TRUE(bench_.add(shard(), 10, message("b", "950")));
  bench_.run();
  ASSERT_EQ(bench_.departed.size(), 1u);
  EXPECT_EQ(bench_.departed[0].departure.counts.delivered, 1u);
  EXPECT_EQ(bench_.departed[0].departure.blocks[0].rows(), 1u);
  EXPECT_EQ(bench_.departed[0].departure.next, Offset{11});
  EXPECT_EQ(counters().replayed, 1u);
  EXPECT_EQ(counters().received, 1u);
}

TEST_F(Replay, remembers_ids_so_that_a_repeat_behind_it_is_told) {
  ASSERT_TRUE(bench_.add(shard(), 7, message("a", "5")));
  ASSERT_TRUE(bench_.add(shard(), 8, message("a", "5")));
  ASSERT_TRUE(bench_.add(shard(), 10, message("a", "5")));
  ASSERT_TRUE(bench_.add(shard(), 11, message("b", "5")));
  bench_.run();
  ASSERT_EQ(bench_.departed.size(), 1u);
  EXPECT_EQ(bench_.departed[0].departure.counts.duplicate, 1u);
  EXPECT_EQ(bench_.departed[0].departure.counts.delivered, 1u);
  EXPECT_EQ(counters().duplicates, 1u) << "what repeated before was counted before";
}

TEST_F(Replay, says_how_far_it_is) {
  EXPECT_EQ(shard().left_to_replay(), 3);
  ASSERT_TRUE(bench_.add(shard(), 7, message("a", "5")));
  EXPECT_EQ(shard().left_to_replay(), 2);
  ASSERT_TRUE(bench_.add(shard(), 10, message("b", "5")));
  EXPECT_EQ(shard().left_to_replay(), 0);
  bench_.run();
}

}  // namespace
}  // namespace assay::core
