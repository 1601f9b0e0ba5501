#include "core/pipeline/pipeline.hpp"

#include <gtest/gtest.h>

#include <numeric>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/pipeline_bench.hpp"
#include "tests/support/record_fakes.hpp"

namespace assay::core {
namespace {

using tests::PipelineBench;
using tests::Relocated;

std::string message(std::string_view id, std::string_view amount, std::string_view more = {}) {
  return PipelineBench::message(id, amount, more);
}

// The ids (column 0) in a step's block.
std::vector<std::string> ids(const RecordBlock& block) {
  std::vector<std::string> all;
  if (!block) return all;
  const Relocated copy(block);
  for (std::uint32_t row = 0; row < copy.records().size(); ++row) {
    all.emplace_back(copy.records()[row][Field<std::string_view>(0)].value_or("absent"));
  }
  return all;
}

using Ids = std::vector<std::string>;

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
  ASSERT_TRUE(bench.add(shard, 2, message("b", "1")));
  bench.run();
  ASSERT_EQ(bench.departed.size(), 2u);
  ASSERT_EQ(bench.departed[1].rejects.size(), 1u);
  EXPECT_EQ(bench.departed[1].rejects[0].error, DecodeError::too_large);
  EXPECT_NE(bench.departed[1].rejects[0].words.find(std::to_string(huge.size()) + " bytes"),
            std::string::npos)
      << bench.departed[1].rejects[0].words;
  EXPECT_EQ(ids(bench.departed[1].departure.blocks[0]), Ids{"b"});
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
