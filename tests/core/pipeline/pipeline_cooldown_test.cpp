// Steps that do not tell the same alert each time.
#include <gtest/gtest.h>

#include <string>

#include "tests/core/pipeline/pipeline_words.hpp"
#include "tests/support/pipeline_bench.hpp"

namespace assay::core {
namespace {

using tests::PipelineBench;

constexpr std::int64_t kTick =
    10'000'000'000;  // so that all of it is plausible beside the record's time

// The city stands for the customer.
class PipelineCooldown : public ::testing::Test {
 protected:
  PipelineCooldown() {
    bench_.add_amount_rule();
    bench_.add_rule(tests::rule("city", {tests::reason("far")}),
                    tests::FakeRule::each([](const Row& row) {
                      return row[Field<std::string_view>(0)] == "far" ? tests::hit(600'000)
                                                                      : tests::answer(ASSAY_NO_HIT);
                    }),
                    {"city"});
    bench_.add_step("main.store", {"id"});
    bench_.add_step("main.alert", {"id"});
    bench_.blueprint.steps[1].when = OutcomeSet{0b110};
    bench_.blueprint.steps[1].cooldown = 10 * kTick;
    bench_.blueprint.customer = bench_.slot("city");
  }
  static std::string at(int tick, std::string_view id, std::string_view amount,
                        std::string_view city) {
    return R"({"id":")" + std::string(id) + R"(","time":)" +
           std::to_string(1'700'000'000 + 10 * tick) + R"(,"amount":)" + std::string(amount) +
           (city.empty() ? "" : R"(,"city":")" + std::string(city) + "\"") + "}";
  }
  [[nodiscard]] Ids told() const { return ids(bench_.departed.back().departure.blocks[1]); }
  [[nodiscard]] Ids stored() const { return ids(bench_.departed.back().departure.blocks[0]); }

  PipelineBench bench_;
};

TEST_F(PipelineCooldown, tells_an_alert_once_for_each_customer_and_stores_all) {
  auto& shard = bench_.shard(0);
  bench_.add(shard, 0, at(0, "a", "600", "york"));
  bench_.add(shard, 1, at(1, "b", "700", "york"));
  bench_.add(shard, 2, at(2, "c", "600", "bath"));
  bench_.add(shard, 3, at(3, "d", "0", "york"));
  bench_.run();
  EXPECT_EQ(told(), (Ids{"a", "c"}));
  EXPECT_EQ(stored(), (Ids{"a", "b", "c", "d"}));
  bench_.add(shard, 4, at(9, "e", "600", "york"));
  bench_.add(shard, 5, at(10, "f", "600", "york"));
  bench_.run();
  EXPECT_EQ(told(), Ids{"f"});
  EXPECT_EQ(bench_.pipeline().counters().cooled_down, (std::vector<std::uint64_t>{0, 2}));
}

TEST_F(PipelineCooldown, tells_another_rule_of_the_same_customer_at_once) {
  auto& shard = bench_.shard(0);
  bench_.add(shard, 0, at(0, "a", "600", "york"));
  bench_.add(shard, 1, at(1, "b", "600", "far"));
  bench_.add(shard, 2, at(2, "c", "0", "far"));
  bench_.run();
  EXPECT_EQ(told(), (Ids{"a", "b"})) << "the last one was told with the second";
}

TEST_F(PipelineCooldown, does_not_hold_back_what_is_about_nobody) {
  auto& shard = bench_.shard(0);
  bench_.add(shard, 0, at(0, "a", "600", ""));
  bench_.add(shard, 1, at(1, "b", "600", ""));
  bench_.run();
  EXPECT_EQ(told(), (Ids{"a", "b"}));
}

TEST_F(PipelineCooldown, remembers_what_a_replay_shows_it) {
  auto& shard = bench_.shard(0, 2, {2, 2}, 0);
  bench_.add(shard, 0, at(0, "a", "600", "york"));
  bench_.add(shard, 1, at(1, "b", "600", "york"));
  bench_.add(shard, 2, at(2, "c", "600", "york"));
  bench_.add(shard, 3, at(11, "d", "600", "york"));
  bench_.run();
  EXPECT_EQ(told(), Ids{"d"});
  EXPECT_EQ(bench_.pipeline().counters().cooled_down[1], 1u);
}

TEST_F(PipelineCooldown, of_another_partition_is_another_one) {
  auto& first = bench_.shard(0);
  auto& second = bench_.shard(1);
  bench_.add(first, 0, at(0, "a", "600", "york"));
  bench_.add(second, 0, at(1, "b", "600", "york"));
  bench_.run();
  EXPECT_EQ(ids(bench_.departed[0].departure.blocks[1]), Ids{"a"});
  EXPECT_EQ(ids(bench_.departed[1].departure.blocks[1]), Ids{"b"});
}

TEST_F(PipelineCooldown, is_nothing_to_a_record_that_somebody_put_back) {
  auto& shard = bench_.shard(0);
  bench_.add(shard, 0, at(0, "a", "600", "york"));
  const Redrive redrive{"main.alert", 1};
  const auto text = at(1, "b", "600", "york");
  Message again{text, {}, shard.partition(), Offset{1}, PipelineBench::kRecordTime};
  again.redrive = &redrive;
  bench_.pipeline().add(again, shard);
  bench_.run();
  EXPECT_EQ(told(), (Ids{"a", "b"}));
}

// A repeat is taken out of the batch when the next message comes.
TEST_F(PipelineCooldown, keeps_rows_and_times_together_where_a_repeat_is_taken_out) {
  bench_.blueprint.dedupe_horizon = std::int64_t{24} * 360 * kTick;
  auto& shard = bench_.shard(0);
  bench_.add(shard, 0, at(0, "a", "600", "york"));
  bench_.add(shard, 1, at(0, "a", "600", "york"));
  bench_.add(shard, 2, at(1, "b", "600", "bath"));
  bench_.add(shard, 3, at(12, "c", "600", "york"));
  bench_.run();
  EXPECT_EQ(told(), (Ids{"a", "b", "c"}));
}

}  // namespace
}  // namespace assay::core
