#include <gtest/gtest.h>

#include <string>

#include "tests/core/pipeline/pipeline_words.hpp"
#include "tests/support/pipeline_bench.hpp"
#include "tests/support/record_fakes.hpp"

namespace assay::core {
namespace {

using tests::PipelineBench;
using tests::Relocated;

TEST(Pipeline, a_transaction_that_came_twice_is_counted_and_goes_nowhere) {
  PipelineBench bench;
  bench.blueprint.dedupe_horizon = 3'600'000'000'000;
  bench.add_amount_rule();
  bench.add_step("store", {"id"});
  auto& shard = bench.shard(0);
  bench.add(shard, 0, message("a", "1"));
  bench.add(shard, 1, message("a", "1"));
  bench.run();
  bench.add(shard, 2, message("a", "1"));
  bench.run();
  EXPECT_EQ(ids(bench.departed[0].departure.blocks[0]), Ids{"a"});
  EXPECT_EQ(bench.departed[0].departure.counts.duplicate, 1u);
  EXPECT_EQ(bench.departed[1].departure.next, Offset{3});
  EXPECT_FALSE(bench.departed[1].departure.blocks[0]);
  EXPECT_EQ(bench.departed[1].departure.counts.duplicate, 1u);
  EXPECT_EQ(bench.pipeline().counters().duplicates, 2u);
  EXPECT_EQ(bench.pipeline().counters().received, 3u);
}

TEST(Pipeline, an_id_used_again_for_something_else_is_kept_and_flagged) {
  PipelineBench bench;
  bench.blueprint.dedupe_horizon = 3'600'000'000'000;
  bench.add_amount_rule();
  bench.add_step("store", {"id", "id_reused"});
  auto& shard = bench.shard(0);
  bench.add(shard, 0, message("a", "1"));
  bench.add(shard, 1, message("a", "2"));
  bench.run();
  const Relocated copy(bench.departed[0].departure.blocks[0]);
  ASSERT_EQ(copy.records().size(), 2u);
  EXPECT_EQ(copy.records()[0][Field<bool>(1)], false);
  EXPECT_EQ(copy.records()[1][Field<bool>(1)], true);
  EXPECT_EQ(bench.pipeline().counters().ids_reused, 1u);
}

TEST(Pipeline, the_same_id_in_two_partitions_is_two_transactions) {
  PipelineBench bench;
  bench.blueprint.dedupe_horizon = 3'600'000'000'000;
  bench.add_amount_rule();
  bench.add_step("store", {"id"});
  bench.add(bench.shard(0), 0, message("a", "1"));
  bench.add(bench.shard(1), 0, message("a", "1"));
  bench.run();
  EXPECT_EQ(bench.departed.size(), 2u);
  EXPECT_EQ(bench.pipeline().counters().duplicates, 0u);
}

// Without an id nothing can be told apart: two equal payments in one second are two payments.
TEST(Pipeline, transactions_without_an_id_are_never_duplicates) {
  PipelineBench bench;
  bench.blueprint.dedupe_horizon = 3'600'000'000'000;
  bench.add_amount_rule();
  bench.add_step("store", {"id", "id_reused"});
  auto& shard = bench.shard(0);
  bench.add(shard, 0, R"({"time":1700000000,"amount":5})");
  bench.add(shard, 1, R"({"time":1700000000,"amount":5})");
  bench.add(shard, 2, R"({"time":1700000000,"amount":6})");
  bench.run();
  ASSERT_EQ(ids(bench.departed[0].departure.blocks[0]).size(), 3u);
  const Relocated copy(bench.departed[0].departure.blocks[0]);
  EXPECT_EQ(copy.records()[2][Field<bool>(1)].value_or(false), false);
  EXPECT_EQ(bench.pipeline().counters().duplicates, 0u);
  EXPECT_EQ(bench.pipeline().counters().ids_reused, 0u);
}

TEST(Pipeline, a_step_skips_what_lies_below_its_cursor) {
  PipelineBench bench;
  bench.add_amount_rule();
  bench.add_step("ahead", {"id"}).transactional = true;
  bench.add_step("behind", {"id"});
  auto& shard = bench.shard(0, 10, {12, 10});
  for (int offset = 10; offset < 14; ++offset) {
    bench.add(shard, offset, message(std::to_string(offset), "1"));
  }
  bench.run();
  const auto& blocks = bench.departed[0].departure.blocks;
  EXPECT_EQ(ids(blocks[0]), (Ids{"12", "13"}));
  EXPECT_EQ(blocks[0].header().first_offset, 12);
  EXPECT_EQ(ids(blocks[1]), (Ids{"10", "11", "12", "13"}));
  EXPECT_EQ(blocks[1].header().first_offset, 10);
}

TEST(Pipeline, a_batch_wholly_below_the_cursor_sends_not_even_an_empty_block) {
  PipelineBench bench;
  bench.add_amount_rule();
  bench.add_step("ahead", {"id"}).transactional = true;
  auto& shard = bench.shard(0, 10, {12});
  bench.add(shard, 10, message("a", "1"));
  bench.add(shard, 11, message("b", "1"));
  bench.run();
  EXPECT_FALSE(bench.departed[0].departure.blocks[0]) << "its end is the cursor itself";
  bench.add(shard, 12, message("c", "1"));
  bench.run();
  EXPECT_EQ(ids(bench.departed[1].departure.blocks[0]), Ids{"c"});
}

TEST(Pipeline, offsets_that_do_not_rise_are_dropped_and_counted_apart) {
  PipelineBench bench;
  bench.add_amount_rule();
  bench.add_step("store", {"id"});
  auto& shard = bench.shard(0, 10);
  EXPECT_TRUE(bench.add(shard, 9, message("old", "1")));
  EXPECT_TRUE(bench.pipeline().empty());
  EXPECT_TRUE(bench.add(shard, 12, message("a", "1")));
  EXPECT_TRUE(bench.add(shard, 12, message("a", "1")));
  EXPECT_TRUE(bench.add(shard, 11, message("late", "1")));
  bench.run();
  EXPECT_EQ(ids(bench.departed[0].departure.blocks[0]), Ids{"a"});
  EXPECT_EQ(bench.pipeline().counters().out_of_order, 3u);
  EXPECT_EQ(bench.pipeline().counters().received, 1u);
}

}  // namespace
}  // namespace assay::core
