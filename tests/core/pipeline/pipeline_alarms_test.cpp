// Breakers and the watch on declines, as the pipeline keeps them.
#include <gtest/gtest.h>

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tests/core/pipeline/pipeline_words.hpp"
#include "tests/support/pipeline_bench.hpp"
#include "tests/support/record_fakes.hpp"

namespace assay::core {
namespace {

using tests::PipelineBench;
using tests::Relocated;

TEST(PipelineAlarms, a_rule_that_its_breaker_demotes_is_stored_as_shadow_and_counted) {
  PipelineBench bench;
  bench.add_amount_rule();
  bench.blueprint.rules[0].breaker = BreakerInfo{{500'000, 2, 60'000'000'000}, true};
  bench.add_step("all", {"decision"});
  auto& shard = bench.shard(0);
  for (std::int64_t i = 0; i < 3; ++i) {
    bench.add(shard, i, message("m" + std::to_string(i), "1000"));
  }
  bench.run();
  const Relocated copy(bench.departed[0].departure.blocks[0]);
  const auto records = copy.records();
  EXPECT_EQ(records.verdicts(1)[0].mode, ASSAY_LIVE);
  EXPECT_EQ(records[1][Field<std::string_view>(0)], "decline");
  EXPECT_EQ(records.verdicts(2)[0].mode, ASSAY_SHADOW);
  EXPECT_EQ(records[2][Field<std::string_view>(0)], "approve");
  const auto& counters = bench.pipeline().counters().rules[0];
  EXPECT_EQ(counters.hits, 3u);
  EXPECT_EQ(counters.breaker.rises, 1u);
  EXPECT_EQ(counters.breaker.up, 1u);
  EXPECT_TRUE(counters.demoted);
}

// The rows that are left: a repeat is taken out with its time.
TEST(PipelineAlarms, whoever_watches_declines_sees_each_decision_with_its_event_time) {
  struct Watch final : DeclineWatch {
    void see(std::span<const std::int64_t> event_times,
             std::span<const Decision> decisions) override {
      times.assign(event_times.begin(), event_times.end());
      for (const auto& decision : decisions) outcomes.push_back(decision.outcome);
    }
    std::vector<std::int64_t> times;
    std::vector<Outcome> outcomes;
  } watch;
  PipelineBench bench;
  bench.add_amount_rule();
  bench.add_step("all", {"id"});
  bench.declines = &watch;
  bench.blueprint.dedupe_horizon = 86'400'000'000'000;
  auto& shard = bench.shard(0);
  const auto at = [](std::string_view id, int second, std::string_view amount) {
    return R"({"id":")" + std::string(id) + R"(","time":170000000)" + std::to_string(second) +
           R"(,"amount":)" + std::string(amount) + "}";
  };
  bench.add(shard, 0, at("a", 1, "1000"));
  bench.add(shard, 1, at("a", 1, "1000"));
  bench.add(shard, 2, at("b", 2, "0"));
  bench.run();
  EXPECT_EQ(watch.times,
            (std::vector<std::int64_t>{1'700'000'001'000'000'000, 1'700'000'002'000'000'000}));
  EXPECT_EQ(watch.outcomes, (std::vector{Outcome::decline, Outcome::approve}));
}

// It was counted when it was new: a partition that comes back would else count twice.
TEST(PipelineAlarms, what_is_replayed_is_not_counted) {
  PipelineBench bench;
  bench.add_amount_rule();
  bench.blueprint.rules[0].breaker = BreakerInfo{{500'000, 2, 60'000'000'000}, true};
  bench.add_step("all", {"decision"});
  auto& shard = bench.shard(0, 2, {}, 0);
  for (std::int64_t i = 0; i < 3; ++i) {
    bench.add(shard, i, message("m" + std::to_string(i), "1000"));
  }
  bench.run();
  EXPECT_EQ(bench.pipeline().counters().replayed, 2u);
  EXPECT_EQ(bench.pipeline().breakers().all()[0].alarm.counts().all, 1u);
  EXPECT_FALSE(bench.pipeline().counters().rules[0].demoted);
}

}  // namespace
}  // namespace assay::core
