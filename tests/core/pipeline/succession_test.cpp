// A pipeline that takes another one's place between two batches: what was counted and remembered
// goes on, by rule.
#include <gtest/gtest.h>

#include <string>

#include "tests/support/pipeline_bench.hpp"

namespace assay::tests {
namespace {

void judge(PipelineBench& bench, core::Shard& shard, std::int64_t from, std::int64_t to) {
  for (auto offset = from; offset < to; ++offset) {
    ASSERT_TRUE(bench.add(shard, offset, PipelineBench::message(std::to_string(offset), "9.00")));
  }
  bench.run();
}

core::RuleInfo watched(std::string id, std::uint32_t version) {
  auto info = rule(std::move(id), {reason("large")});
  info.version = version;
  info.breaker = core::BreakerInfo{{100'000, 3, 3'600'000'000'000}, true};
  return info;
}

FakeRule::Evaluate always_hits() {
  return FakeRule::each([](const Row&) { return hit(ASSAY_SCORE_ONE / 2); });
}

TEST(PipelineSuccession, goes_on_counting_for_the_rules_that_stay) {
  PipelineBench before;
  before.add_rule(rule("gone", {reason("large")}), always_hits());
  before.add_rule(rule("stays", {reason("large")}), always_hits());
  before.blueprint.dedupe_horizon = 1'000'000'000;
  auto& shard = before.shard(0);
  judge(before, shard, 0, 5);
  ASSERT_TRUE(before.add(shard, 5, PipelineBench::message("4", "9.00")));  // once more
  before.run();

  PipelineBench after;
  after.add_rule(rule("stays", {reason("large")}), always_hits());
  after.add_rule(rule("new", {reason("large")}), always_hits());
  after.blueprint.dedupe_horizon = 1'000'000'000;
  after.pipeline().succeed(before.pipeline());
  shard.succeed(after.blueprint.steps, nullptr, 0);
  judge(after, shard, 6, 9);
  const auto& counters = after.pipeline().counters();
  EXPECT_EQ(counters.received, 9u);
  EXPECT_EQ(counters.duplicates, 1u);
  EXPECT_EQ(counters.decisions[static_cast<std::size_t>(core::Outcome::review)] +
                counters.decisions[static_cast<std::size_t>(core::Outcome::decline)],
            8u);
  EXPECT_EQ(counters.rules[0].hits, 8u);
  EXPECT_EQ(counters.rules[1].hits, 3u);

  // The shard knows the ids that it saw under the generation before.
  ASSERT_TRUE(after.add(shard, 9, PipelineBench::message("2", "9.00")));
  after.run();
  EXPECT_EQ(after.pipeline().counters().duplicates, 2u);
}

TEST(PipelineSuccession, keeps_a_breaker_up_for_the_same_version_and_limits_alone) {
  PipelineBench before;
  before.add_rule(watched("same", 1), always_hits());
  before.add_rule(watched("changed", 1), always_hits());
  auto& shard = before.shard(0);
  judge(before, shard, 0, 10);
  ASSERT_TRUE(before.pipeline().counters().rules[0].demoted);

  PipelineBench after;
  after.add_rule(watched("changed", 2), always_hits());
  after.add_rule(watched("same", 1), always_hits());
  after.pipeline().succeed(before.pipeline());
  EXPECT_FALSE(after.pipeline().counters().rules[0].demoted);
  EXPECT_TRUE(after.pipeline().counters().rules[1].demoted);
  EXPECT_EQ(after.pipeline().counters().rules[1].breaker.rises, 1u);
}

TEST(PipelineSuccession, lets_a_batch_say_which_configuration_judged_it) {
  PipelineBench before;
  before.blueprint.configuration =
      std::make_shared<const core::Configuration>(core::Configuration{"one", "{}"});
  before.add_step("main.store", {"amount"});
  auto& shard = before.shard(0);
  judge(before, shard, 0, 2);
  PipelineBench after;
  after.blueprint.configuration =
      std::make_shared<const core::Configuration>(core::Configuration{"two", "{}"});
  after.add_step("main.store", {"amount"});
  after.pipeline().succeed(before.pipeline());
  shard.succeed(after.blueprint.steps, nullptr, 0);
  judge(after, shard, 2, 4);
  EXPECT_EQ(before.departed.at(0).departure.blocks.at(0).configuration()->hash, "one");
  EXPECT_EQ(after.departed.at(0).departure.blocks.at(0).configuration()->hash, "two");
}

}  // namespace
}  // namespace assay::tests
