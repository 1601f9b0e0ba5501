// Records that were put back after they had become dead letters.
#include <gtest/gtest.h>

#include "tests/core/pipeline/pipeline_words.hpp"
#include "tests/support/pipeline_bench.hpp"

namespace assay::core {
namespace {

using tests::PipelineBench;

constexpr std::int64_t kHour = 3'600'000'000'000;

class PipelineRedrive : public ::testing::Test {
 protected:
  PipelineRedrive() {
    bench_.blueprint.dedupe_horizon = kHour;
    bench_.add_amount_rule();
    bench_.add_step("main.store", {"id"});
    bench_.add_step("main.tell", {"id"});
  }
  void put_back(std::int64_t offset, const Redrive& redrive) {
    const auto text = message("a", "1");
    Message again{text, {}, shard().partition(), Offset{offset}, PipelineBench::kRecordTime};
    again.redrive = &redrive;
    bench_.pipeline().add(again, shard());
  }
  Shard& shard() { return *(shard_ ? shard_ : shard_ = &bench_.shard(0)); }
  const Shard::Departure& last() const { return bench_.departed.back().departure; }

  PipelineBench bench_;
  Shard* shard_ = nullptr;
};

TEST_F(PipelineRedrive, goes_to_the_step_that_could_not_take_it_and_to_no_other) {
  bench_.add(shard(), 0, message("a", "1"));
  put_back(1, {"main.store", 1});
  bench_.run();
  EXPECT_EQ(ids(last().blocks[0]), (Ids{"a", "a"}));
  EXPECT_EQ(ids(last().blocks[1]), Ids{"a"});
  EXPECT_EQ(bench_.pipeline().counters().duplicates, 0u);
  EXPECT_EQ(last().counts.delivered, 2u);
}

TEST_F(PipelineRedrive, of_a_fallback_goes_to_its_step_again) {
  bench_.blueprint.steps[0].fallback = Step::Fallback{1, std::nullopt};
  bench_.blueprint.steps[1].fallback_of = 0;
  bench_.blueprint.steps[0].when = bench_.blueprint.steps[1].when = OutcomeSet{0b111};
  put_back(0, {"main.tell", 1});
  bench_.run();
  EXPECT_EQ(ids(last().blocks[0]), Ids{"a"});
  EXPECT_EQ(ids(last().blocks[1]), Ids{"a"}) << "both have the same records";
}

TEST_F(PipelineRedrive, is_a_repeat_of_itself_but_not_of_another_attempt_or_step) {
  put_back(0, {"main.store", 1});
  put_back(1, {"main.store", 1});
  put_back(2, {"main.store", 2});
  put_back(3, {"main.tell", 1});
  bench_.run();
  EXPECT_EQ(last().counts.duplicate, 1u);
  EXPECT_EQ(ids(last().blocks[0]), (Ids{"a", "a"}));
  EXPECT_EQ(ids(last().blocks[1]), Ids{"a"});
}

TEST_F(PipelineRedrive, of_what_had_not_decoded_goes_to_every_step) {
  put_back(0, {"", 1, 0});
  put_back(1, {"", 1, 0});
  bench_.run();
  EXPECT_EQ(ids(last().blocks[0]), Ids{"a"});
  EXPECT_EQ(ids(last().blocks[1]), Ids{"a"});
  EXPECT_EQ(last().counts.duplicate, 1u) << "put back twice";
}

// The configuration was mended and the engine started anew: the replay reads as a transaction what
// had been a dead letter.
TEST_F(PipelineRedrive, is_no_repeat_of_a_first_life_that_only_a_replay_could_read) {
  shard_ = &bench_.shard(0, 5, {5, 5}, 0);
  bench_.add(shard(), 1, message("a", "1"));
  EXPECT_TRUE(shard().replayed(Offset{1}));
  EXPECT_FALSE(shard().replayed(Offset{5}));
  put_back(5, {"", 1, 1});
  bench_.run();
  EXPECT_EQ(ids(last().blocks[0]), Ids{"a"});
  EXPECT_EQ(last().counts.duplicate, 0u);
}

TEST_F(PipelineRedrive, for_a_step_that_is_gone_goes_to_all_rather_than_to_none) {
  put_back(0, {"main.gone", 1});
  bench_.run();
  EXPECT_EQ(ids(last().blocks[0]), Ids{"a"});
  EXPECT_EQ(ids(last().blocks[1]), Ids{"a"});
}

TEST_F(PipelineRedrive, that_fails_to_decode_again_says_how_often_it_was_put_back) {
  const Redrive redrive{"", 2};
  Message again{"no json", {}, shard().partition(), Offset{0}, PipelineBench::kRecordTime};
  again.redrive = &redrive;
  bench_.pipeline().add(again, shard());
  bench_.run();
  ASSERT_EQ(bench_.departed.back().rejects.size(), 1u);
  EXPECT_EQ(bench_.departed.back().rejects[0].redriven, 2u);
}

}  // namespace
}  // namespace assay::core
