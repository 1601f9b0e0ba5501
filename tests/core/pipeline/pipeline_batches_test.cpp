#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "tests/core/pipeline/pipeline_words.hpp"
#include "tests/support/pipeline_bench.hpp"
#include "tests/support/record_fakes.hpp"

namespace assay::core {
namespace {

using tests::PipelineBench;
using tests::Relocated;

TEST(Pipeline, partitions_mixed_in_one_batch_leave_apart_each_in_its_order) {
  PipelineBench bench;
  bench.add_amount_rule();
  bench.add_step("store", {"id"});
  auto& zero = bench.shard(0);
  auto& one = bench.shard(1);
  auto& two = bench.shard(2);
  bench.add(one, 10, message("b1", "1"));
  bench.add(zero, 100, message("a1", "1"));
  bench.add(one, 13, message("b2", "1"));
  bench.add(two, 1, "broken");
  bench.add(zero, 101, message("a2", "1"));
  bench.add(one, 14, message("b3", "1"));
  bench.run();
  ASSERT_EQ(bench.departed.size(), 3u);
  const auto of = [&](const Shard& shard) -> const PipelineBench::Departed& {
    for (const auto& departed : bench.departed) {
      if (departed.shard == &shard) return departed;
    }
    ADD_FAILURE() << "the partition did not depart";
    return bench.departed[0];
  };
  EXPECT_EQ(ids(of(zero).departure.blocks[0]), (Ids{"a1", "a2"}));
  EXPECT_EQ(of(zero).departure.next, Offset{102});
  EXPECT_EQ(ids(of(one).departure.blocks[0]), (Ids{"b1", "b2", "b3"}));
  EXPECT_EQ(of(one).departure.next, Offset{15});
  EXPECT_EQ(of(one).departure.blocks[0].header().first_offset, 10);
  EXPECT_EQ(of(one).departure.blocks[0].header().partition, 1);
  EXPECT_EQ(of(two).departure.counts.dead_lettered, 1u);
  EXPECT_TRUE(of(zero).rejects.empty()) << "a reject stays with its partition";
}

TEST(Pipeline, nothing_of_a_batch_is_left_in_the_next) {
  PipelineBench bench;
  bench.add_amount_rule();
  bench.add_step("store", {"id", "city"});
  auto& shard = bench.shard(0);
  bench.add(shard, 0, message("a", "1", R"(,"city":"Rome")"));
  bench.add(shard, 1, "broken");
  bench.run();
  bench.add(shard, 2, message("b", "1"));
  bench.run();
  const auto& [_, departure, rejects] = bench.departed[1];
  EXPECT_TRUE(rejects.empty());
  EXPECT_EQ(departure.dead_letters, 0u);
  EXPECT_EQ(departure.counts.total(), 1u);
  const Relocated copy(departure.blocks[0]);
  ASSERT_EQ(copy.records().size(), 1u);
  EXPECT_EQ(copy.records().first_offset(), 2);
  EXPECT_EQ(copy.records()[0][Field<std::string_view>(1)], std::nullopt);
}

TEST(Pipeline, a_full_batch_takes_nothing_more_and_the_message_comes_back) {
  PipelineBench bench;
  bench.capacity.rows = 2;
  bench.add_amount_rule();
  bench.add_step("store", {"id"});
  auto& shard = bench.shard(0);
  EXPECT_TRUE(bench.add(shard, 0, message("a", "1")));
  EXPECT_FALSE(bench.pipeline().full());
  EXPECT_TRUE(bench.add(shard, 1, message("b", "1")));
  EXPECT_TRUE(bench.pipeline().full());
  EXPECT_FALSE(bench.add(shard, 2, message("c", "1")));
  bench.run();
  EXPECT_FALSE(bench.pipeline().full());
  EXPECT_TRUE(bench.add(shard, 2, message("c", "1")));
  bench.run();
  EXPECT_EQ(ids(bench.departed[0].departure.blocks[0]), (Ids{"a", "b"}));
  EXPECT_EQ(ids(bench.departed[1].departure.blocks[0]), Ids{"c"});
}

TEST(Pipeline, a_block_of_any_size_is_judged_whole) {
  PipelineBench bench;
  bench.capacity.rows = 5'000;
  bench.capacity.arena = 1u << 20;
  bench.add_amount_rule();
  bench.add_step("store", {"id"}).when = OutcomeSet{0b100};
  auto& shard = bench.shard(0);
  for (int i = 0; i < 5'000; ++i) bench.add(shard, i, message(std::to_string(i), "1000"));
  bench.run();
  EXPECT_EQ(ids(bench.departed[0].departure.blocks[0]).size(), 5'000u);
}

TEST(Pipeline, texts_that_do_not_fit_wait_for_the_next_batch) {
  PipelineBench bench;
  bench.capacity.arena = 300;
  bench.add_amount_rule();
  bench.add_step("store", {"id", "city"});
  auto& shard = bench.shard(0);
  const auto city = R"(,"city":")" + std::string(150, 'x') + "\"";
  const auto large = [&](std::string_view id) { return message(id, "1", city); };
  ASSERT_TRUE(bench.add(shard, 0, large("a")));
  EXPECT_FALSE(bench.add(shard, 1, large("b")));
  EXPECT_TRUE(bench.pipeline().full());
  bench.run();
  EXPECT_TRUE(bench.add(shard, 1, large("b"))) << "the offset was given back";
  bench.run();
  EXPECT_EQ(ids(bench.departed[0].departure.blocks[0]), Ids{"a"});
  EXPECT_EQ(ids(bench.departed[1].departure.blocks[0]), Ids{"b"});
  EXPECT_EQ(bench.pipeline().counters().received, 2u) << "each counts once";
}

}  // namespace
}  // namespace assay::core
