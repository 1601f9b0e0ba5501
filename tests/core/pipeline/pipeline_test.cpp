#include "core/pipeline/pipeline.hpp"

#include <gtest/gtest.h>

#include <array>
#include <numeric>
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

TEST(Pipeline, a_message_becomes_a_decision_with_everything_the_engine_writes) {
  PipelineBench bench;
  bench.add_amount_rule();
  bench.add_step("main.store", {"id", "decision", "score", "decided_at", "record_offset",
                                "record_time", "config_hash", "card_key_id", "id_reused"});
  auto& shard = bench.shard(3, 40);
  EXPECT_TRUE(bench.pipeline().empty());
  ASSERT_TRUE(bench.add(shard, 41, message("a", "60.5")));
  EXPECT_FALSE(bench.pipeline().empty());
  bench.run();
  EXPECT_TRUE(bench.pipeline().empty());

  ASSERT_EQ(bench.departed.size(), 1u);
  const auto& departed = bench.departed[0];
  EXPECT_EQ(departed.shard, &shard);
  EXPECT_EQ(departed.departure.next, Offset{42});
  EXPECT_EQ(departed.departure.counts.delivered, 1u);
  EXPECT_EQ(departed.departure.counts.total(), 1u);
  ASSERT_EQ(departed.departure.blocks.size(), 1u);
  const Relocated copy(departed.departure.blocks[0]);
  const auto records = copy.records();
  ASSERT_EQ(records.size(), 1u);
  EXPECT_EQ(records.partition(), 3);
  EXPECT_EQ(records.first_offset(), 41);
  EXPECT_EQ(records.next_offset(), 42);
  EXPECT_EQ(records[0][Field<std::string_view>(1)], "approve");
  EXPECT_EQ(records[0][Field<double>(2)], 0.0605);
  EXPECT_EQ(records[0][Field<Time>(3)], Time{PipelineBench::kNow});
  EXPECT_EQ(records[0][Field<std::int64_t>(4)], 41);
  EXPECT_EQ(records[0][Field<Time>(5)], Time{PipelineBench::kRecordTime});
  EXPECT_EQ(records[0][Field<std::string_view>(6)], "c0ffee");
  EXPECT_EQ(records[0][Field<std::string_view>(7)], "k1");
  EXPECT_EQ(records[0][Field<bool>(8)], std::nullopt) << "nobody looks for duplicates";
  ASSERT_EQ(records.verdicts(0).size(), 1u);
  EXPECT_EQ(records.text(records.verdicts(0)[0].words), "because of large");
  EXPECT_EQ(bench.pipeline().counters().received, 1u);
  EXPECT_EQ(bench.pipeline().counters().decisions[0], 1u);
  EXPECT_EQ(bench.pipeline().counters().rules[0].hits, 1u);
}

TEST(Pipeline, a_step_gets_the_decisions_that_its_condition_asks_for) {
  PipelineBench bench;
  bench.add_amount_rule();
  bench.add_step("all", {"id"});
  bench.add_step("alerts", {"id"}).when = OutcomeSet{0b110};
  bench.add_step("declined", {"id"}).when = OutcomeSet{0b100};
  auto& shard = bench.shard(0);
  bench.add(shard, 0, message("calm", "0"));
  bench.add(shard, 1, message("odd", "600"));
  bench.add(shard, 2, message("bad", "1000"));
  bench.run();
  const auto& blocks = bench.departed[0].departure.blocks;
  EXPECT_EQ(ids(blocks[0]), (Ids{"calm", "odd", "bad"}));
  EXPECT_EQ(ids(blocks[1]), (Ids{"odd", "bad"}));
  EXPECT_EQ(ids(blocks[2]), Ids{"bad"});
  EXPECT_EQ(bench.pipeline().counters().decisions, (std::array<std::uint64_t, 3>{1, 1, 1}));
}

TEST(Pipeline, a_step_that_wants_nothing_gets_no_block_unless_it_keeps_a_cursor) {
  PipelineBench bench;
  bench.add_amount_rule();
  bench.add_step("mail", {"id"}).when = OutcomeSet{0b100};
  auto& store = bench.add_step("store", {"id"});
  store.when = OutcomeSet{0b100};
  store.transactional = true;
  auto& shard = bench.shard(0);
  bench.add(shard, 7, message("calm", "0"));
  bench.run();
  const auto& departure = bench.departed[0].departure;
  EXPECT_FALSE(departure.blocks[0]);
  ASSERT_TRUE(departure.blocks[1]);
  EXPECT_EQ(departure.blocks[1].rows(), 0u);
  EXPECT_EQ(departure.blocks[1].header().first_offset, 7);
  EXPECT_EQ(departure.blocks[1].next(), Offset{8});
  EXPECT_EQ(departure.counts.delivered, 1u);
}

TEST(Pipeline, inconclusive_rules_and_rules_in_error_are_named_on_the_record) {
  PipelineBench bench;
  bench.add_amount_rule();
  bench.add_rule(tests::rule("second", {}), tests::FakeRule::each([](const Row& row) {
                   return tests::answer(row.index() == 0 ? ASSAY_INCONCLUSIVE : ASSAY_NO_HIT);
                 }));
  bench.add_step("store", {"id", "inconclusive_rules", "error_rules"});
  auto& shard = bench.shard(0);
  bench.add(shard, 0, message("a", "0.13"));
  bench.add(shard, 1, message("b", "0.14"));
  bench.add(shard, 2, message("c", "0"));
  bench.run();
  const Relocated copy(bench.departed[0].departure.blocks[0]);
  const Field<std::string_view> inconclusive(1), error(2);
  EXPECT_EQ(copy.records()[0][inconclusive], "amount,second");
  EXPECT_EQ(copy.records()[0][error], std::nullopt);
  EXPECT_EQ(copy.records()[1][inconclusive], std::nullopt);
  EXPECT_EQ(copy.records()[1][error], "amount");
  EXPECT_EQ(copy.records()[2][inconclusive], std::nullopt);
  EXPECT_EQ(bench.pipeline().counters().rules[0].inconclusive, 1u);
  EXPECT_EQ(bench.pipeline().counters().rules[0].errors, 1u);
  EXPECT_EQ(bench.pipeline().counters().rules[1].inconclusive, 1u);
}

TEST(Pipeline, enrichers_run_before_the_rules_once_a_batch) {
  class Cities final : public Enricher {
   public:
    explicit Cities(Slot city) : city_(city) {}
    void enrich(RowBlock& block) override {
      ++calls;
      for (std::uint32_t row = 0; row < block.rows(); ++row) block.put_text(row, city_, "Bern");
    }
    int calls = 0;

   private:
    Slot city_;
  };
  PipelineBench bench;
  Cities cities(bench.slot("city"));
  bench.enrichers = {&cities};
  bench.add_rule(tests::rule("r", {tests::reason("x")}), tests::FakeRule::each([](const Row& row) {
                   EXPECT_EQ(row[Field<std::string_view>(0)], "Bern");
                   return tests::hit(950'000);
                 }),
                 {"city"});
  bench.add_step("store", {"id", "city"}).when = OutcomeSet{0b100};
  auto& shard = bench.shard(0);
  bench.add(shard, 0, message("a", "1"));
  bench.add(shard, 1, message("b", "1"));
  bench.run();
  EXPECT_EQ(cities.calls, 1);
  EXPECT_EQ(ids(bench.departed[0].departure.blocks[0]), (Ids{"a", "b"}));
}

TEST(Pipeline, rules_are_told_the_newest_event_time_which_never_falls) {
  PipelineBench bench;
  bench.add_amount_rule();
  bench.add_step("store", {"id"});
  auto& shard = bench.shard(0);
  bench.add(shard, 0, R"({"id":"a","time":1700000000,"amount":1})");
  bench.add(shard, 1, R"({"id":"b","time":1600000000,"amount":1})");
  bench.run();
  EXPECT_EQ(bench.fake(0).ticked_at(), 1'700'000'000'000'000'000);
  bench.add(shard, 2, R"({"id":"c","time":1600000000,"amount":1})");
  bench.run();
  EXPECT_EQ(bench.fake(0).ticked_at(), 1'700'000'000'000'000'000);
}

TEST(Pipeline, steps_of_another_kind_of_record_get_nothing) {
  PipelineBench bench;
  bench.add_amount_rule();
  auto& holders = bench.add_step("holders", {"id"});
  holders.kind = ASSAY_HOLDER;
  holders.transactional = true;
  bench.add_step("store", {"id"});
  auto& shard = bench.shard(0);
  bench.add(shard, 0, message("a", "1"));
  bench.run();
  EXPECT_FALSE(bench.departed[0].departure.blocks[0]);
  EXPECT_EQ(ids(bench.departed[0].departure.blocks[1]), Ids{"a"});
}

TEST(Pipeline, records_that_are_not_decisions_pass_without_rules_and_conditions) {
  PipelineBench bench;
  bench.blueprint.kind = ASSAY_HOLDER;
  bench.add_amount_rule();
  auto& step = bench.add_step("holders", {"id", "decision"});
  step.kind = ASSAY_HOLDER;
  step.when = OutcomeSet{0};
  auto& shard = bench.shard(0);
  bench.add(shard, 0, message("a", "1000"));
  bench.run();
  const Relocated copy(bench.departed[0].departure.blocks[0]);
  ASSERT_EQ(copy.records().size(), 1u);
  EXPECT_EQ(copy.records().kind(), RecordKind::holder);
  EXPECT_EQ(copy.records()[0][Field<std::string_view>(1)], std::nullopt);
  EXPECT_TRUE(copy.records().verdicts(0).empty());
}

// received = delivered + dead-lettered + duplicate, whatever came.
TEST(Pipeline, every_message_that_was_received_is_counted_once) {
  PipelineBench bench;
  bench.blueprint.dedupe_horizon = 3'600'000'000'000;
  bench.capacity.rows = 16;
  bench.add_amount_rule();
  bench.add_step("store", {"id"});
  std::vector<Shard*> shards{&bench.shard(0), &bench.shard(1), &bench.shard(2)};
  std::uint64_t sent = 0;
  for (int i = 0; i < 1'000; ++i) {
    auto& shard = *shards[static_cast<std::size_t>(i * 7 % 3)];
    const auto text = i % 11 == 0   ? std::string("{")
                      : i % 13 == 0 ? message("again", "1")
                                    : message(std::to_string(i), "1");
    if (!bench.add(shard, i, text)) {
      bench.run();
      ASSERT_TRUE(bench.add(shard, i, text));
    }
    ++sent;
  }
  bench.run();
  RecordCounts counts;
  std::uint64_t rejects = 0;
  for (const auto& departed : bench.departed) {
    counts += departed.departure.counts;
    rejects += departed.rejects.size();
    EXPECT_EQ(departed.rejects.size(), departed.departure.dead_letters);
    EXPECT_EQ(ids(departed.departure.blocks[0]).size(), departed.departure.counts.delivered);
  }
  EXPECT_EQ(bench.pipeline().counters().received, sent);
  EXPECT_EQ(counts.total(), sent);
  EXPECT_EQ(counts.dead_lettered, rejects);
  EXPECT_GT(counts.duplicate, 0u);
  const auto& decisions = bench.pipeline().counters().decisions;
  EXPECT_EQ(std::accumulate(decisions.begin(), decisions.end(), std::uint64_t{0}),
            counts.delivered);
}

}  // namespace
}  // namespace assay::core
