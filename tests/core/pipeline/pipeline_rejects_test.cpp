#include <gtest/gtest.h>

#include <string>

#include "tests/core/pipeline/pipeline_words.hpp"
#include "tests/support/pipeline_bench.hpp"
#include "tests/support/record_fakes.hpp"

namespace assay::core {
namespace {

using tests::PipelineBench;
using tests::Relocated;

TEST(Pipeline, what_cannot_be_read_is_rejected_with_its_bytes_and_its_offset_still_counts) {
  PipelineBench bench;
  bench.add_amount_rule();
  bench.add_step("store", {"id", "record_offset"}).transactional = true;
  auto& shard = bench.shard(0);
  EXPECT_TRUE(bench.add(shard, 5, "{oops", "a key"));
  EXPECT_TRUE(bench.add(shard, 6, message("good", "1")));
  EXPECT_TRUE(bench.add(shard, 7, R"({"id":"x","time":1700000000})"));
  bench.run();
  ASSERT_EQ(bench.departed.size(), 1u);
  const auto& [_, departure, rejects] = bench.departed[0];
  EXPECT_EQ(departure.next, Offset{8});
  EXPECT_EQ(departure.dead_letters, 2u);
  EXPECT_EQ(departure.counts.dead_lettered, 2u);
  EXPECT_EQ(departure.counts.delivered, 1u);
  EXPECT_EQ(ids(departure.blocks[0]), Ids{"good"});
  EXPECT_EQ(Relocated(departure.blocks[0]).records()[0][Field<std::int64_t>(1)], 6);
  EXPECT_EQ(departure.blocks[0].header().first_offset, 5);
  ASSERT_EQ(rejects.size(), 2u);
  EXPECT_EQ(rejects[0].offset, Offset{5});
  EXPECT_EQ(rejects[0].error, DecodeError::not_json);
  EXPECT_EQ(rejects[0].payload, "{oops");
  EXPECT_EQ(rejects[0].key, "a key");
  EXPECT_EQ(rejects[0].timestamp, PipelineBench::kRecordTime);
  EXPECT_FALSE(rejects[0].words.empty());
  EXPECT_EQ(rejects[1].error, DecodeError::missing_field);
  const auto& counters = bench.pipeline().counters();
  EXPECT_EQ(counters.received, 3u);
  EXPECT_EQ(counters.rejects[static_cast<std::size_t>(DecodeError::not_json)], 1u);
  EXPECT_EQ(counters.rejects[static_cast<std::size_t>(DecodeError::missing_field)], 1u);
}

TEST(Pipeline, a_batch_is_full_of_bad_input_too) {
  PipelineBench bench;
  bench.capacity.rows = 2;
  bench.add_amount_rule();
  bench.add_step("store", {"id"});
  auto& shard = bench.shard(0);
  EXPECT_TRUE(bench.add(shard, 5, "{oops"));
  EXPECT_FALSE(bench.pipeline().full());
  EXPECT_TRUE(bench.add(shard, 6, "{oops"));
  EXPECT_TRUE(bench.pipeline().full()) << "or a reader would never come round";
  EXPECT_FALSE(bench.add(shard, 7, "{oops"));
  bench.run();
  EXPECT_EQ(bench.departed[0].departure.next, Offset{7});
  EXPECT_TRUE(bench.add(shard, 7, message("a", "1")));
}

TEST(Pipeline, a_batch_keeps_no_more_bytes_of_bad_input_than_of_texts) {
  PipelineBench bench;
  bench.add_amount_rule();
  bench.add_step("store", {"id"});
  auto& shard = bench.shard(0);
  const std::string bad = '{' + std::string(bench.capacity.arena / 2, 'x');
  EXPECT_TRUE(bench.add(shard, 5, bad));
  EXPECT_FALSE(bench.pipeline().full());
  EXPECT_TRUE(bench.add(shard, 6, bad));
  EXPECT_TRUE(bench.pipeline().full());
  EXPECT_FALSE(bench.add(shard, 7, bad));
  bench.run();
  EXPECT_EQ(bench.departed[0].rejects.size(), 2u);
  EXPECT_FALSE(bench.pipeline().full()) << "the next batch begins anew";
}

TEST(Pipeline, a_batch_of_nothing_but_bad_input_departs_too) {
  PipelineBench bench;
  bench.add_amount_rule();
  bench.add_step("store", {"id"});
  auto& shard = bench.shard(0);
  bench.add(shard, 5, "");
  EXPECT_FALSE(bench.pipeline().empty());
  bench.run();
  ASSERT_EQ(bench.departed.size(), 1u);
  EXPECT_EQ(bench.departed[0].departure.next, Offset{6});
  EXPECT_FALSE(bench.departed[0].departure.blocks[0]);
  EXPECT_EQ(bench.departed[0].rejects.size(), 1u);
}

// Else the partition would stand for ever: run, try again, does not fit, run ...
TEST(Pipeline, a_message_whose_texts_fit_into_no_batch_is_rejected) {
  PipelineBench bench;
  bench.capacity.arena = 300;
  bench.add_amount_rule();
  bench.add_step("store", {"id"});
  auto& shard = bench.shard(0);
  const auto huge = message("a", "1", R"(,"city":")" + std::string(400, 'x') + "\"");
  ASSERT_TRUE(bench.add(shard, 0, message("small", "1")));
  ASSERT_FALSE(bench.add(shard, 1, huge)) << "an empty batch might hold it";
  bench.run();
  ASSERT_TRUE(bench.add(shard, 1, huge));
  bench.run();
  ASSERT_TRUE(bench.add(shard, 2, message("b", "1")));
  bench.run();
  ASSERT_EQ(bench.departed.size(), 3u);
  ASSERT_EQ(bench.departed[1].rejects.size(), 1u);
  EXPECT_EQ(bench.departed[1].rejects[0].error, DecodeError::too_large);
  EXPECT_NE(bench.departed[1].rejects[0].words.find(std::to_string(huge.size()) + " bytes"),
            std::string::npos)
      << bench.departed[1].rejects[0].words;
  EXPECT_EQ(ids(bench.departed[2].departure.blocks[0]), Ids{"b"});
}

}  // namespace
}  // namespace assay::core
