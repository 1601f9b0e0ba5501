#include "core/features/feature_plan.hpp"

#include <gtest/gtest.h>

#include "tests/core/features/feature_bench.hpp"

namespace assay::core {
namespace {

using tests::FeatureBench;

FeatureFault fault(FeatureBench& bench, std::string_view text) {
  const auto added = bench.plan->add(bench.layout, text, bench.scope());
  EXPECT_FALSE(added) << text;
  return added ? FeatureFault{} : added.error();
}

TEST(FeaturePlan, gives_identical_declarations_one_slot_and_one_key_one_store) {
  FeatureBench bench;
  const auto first = bench.feature("count() by user over 24h");
  EXPECT_EQ(bench.feature("count()  by user over 1d"), first);
  const auto second = bench.feature("sum(amount) by user over 10m");
  EXPECT_NE(first, second);
  bench.feature("count() by merchant, user over 10m");
  bench.feature("count() by user, merchant over 1h");
  EXPECT_EQ(bench.plan->features().size(), 4u);
  EXPECT_EQ(bench.plan->stores().size(), 2u);
  const auto slot = bench.plan->features()[first].value;
  EXPECT_EQ(bench.layout[slot].name, "count() by user over 1d");
}

TEST(FeaturePlan, gives_the_results_their_types) {
  FeatureBench bench;
  const auto type = [&](std::string_view text) {
    return bench.plan->features()[bench.feature(text)].type;
  };
  EXPECT_EQ(type("count() by user over 1d"), FieldType::int64);
  EXPECT_EQ(type("distinct(merchant) by user over 1d"), FieldType::int64);
  EXPECT_EQ(type("sum(amount) by user over 1d"), FieldType::decimal);
  EXPECT_EQ(type("sum(quantity) by user over 1d"), FieldType::int64);
  EXPECT_EQ(type("max(score) by user over 1d"), FieldType::float64);
  EXPECT_EQ(type("min(time) by user over 1d"), FieldType::time);
  EXPECT_EQ(type("last(merchant) by user"), FieldType::text);
  EXPECT_EQ(type("last(card) by user"), FieldType::token);
  EXPECT_EQ(type("mean(amount) by user over 1d"), FieldType::float64);
  EXPECT_EQ(type("stddev(quantity) by user over 1d"), FieldType::float64);
  EXPECT_EQ(type("elapsed() by user"), FieldType::duration);
  EXPECT_EQ(type("first_seen(merchant) by user"), FieldType::duration);
  EXPECT_EQ(type("speed(latitude, longitude) by user"), FieldType::float64);
}

TEST(FeaturePlan, divides_the_memory_budget_by_stores_and_by_partitions) {
  FeatureOptions options;
  options.partition_keys = {"user"};
  options.memory_budget = 4'000;
  FeatureBench bench(options);
  bench.feature("count() by user over 1d");
  EXPECT_EQ(bench.plan->shares(4).partition, 1'000u);
  EXPECT_EQ(bench.plan->shares(4).shared, 0u);
  bench.feature("count() by merchant over 1d");
  EXPECT_EQ(bench.plan->shares(4).partition, 500u);
  EXPECT_EQ(bench.plan->shares(4).shared, 2'000u);
}

TEST(FeaturePlan, points_at_what_does_not_fit) {
  FeatureBench bench;
  const auto unknown = fault(bench, "sum(amuont) by user over 1d");
  EXPECT_EQ(unknown.offset, 4u);
  EXPECT_EQ(unknown.length, 6u);
  EXPECT_EQ(unknown.message, "`amuont` is not a field: it cannot be an argument");
  EXPECT_EQ(unknown.help, "did you mean `amount`?");
  const auto key = fault(bench, "count() by usr over 1d");
  EXPECT_EQ(key.offset, 11u);
  EXPECT_EQ(key.help, "did you mean `user`?");
  const auto type = fault(bench, "sum(merchant) by user over 1d");
  EXPECT_EQ(type.message, "`sum` cannot take `merchant`, which is text");
  EXPECT_EQ(type.note, "it takes int64, double, decimal, duration");
  const auto where = fault(bench, "count() by user where  nonsense");
  EXPECT_EQ(where.offset, 24u) << "the predicate's own offset, moved to where it stands";
  EXPECT_TRUE(bench.plan->features().empty());
}

TEST(FeaturePlan, makes_slots_for_coverage_and_flags_when_asked) {
  FeatureBench bench;
  const auto feature = bench.feature("count() by user over 1d");
  const auto before = bench.layout.entries().size();
  const auto coverage = bench.plan->coverage(bench.layout, feature);
  EXPECT_EQ(bench.plan->coverage(bench.layout, feature), coverage);
  EXPECT_EQ(bench.layout[coverage].type, FieldType::duration);
  const auto flags = bench.plan->flags(bench.layout, feature);
  EXPECT_EQ(bench.layout[flags].type, FieldType::int64);
  EXPECT_EQ(bench.layout.entries().size(), before + 2);
}

TEST(FeaturePlan, shares_the_stores_whose_keys_occur_in_several_partitions) {
  FeatureOptions options;
  options.partition_keys = {"user", "card"};
  FeatureBench bench(options);
  bench.feature("count() by card over 1d");
  bench.feature("count() by merchant over 1d");
  bench.feature("count() by merchant, user over 1d");
  EXPECT_FALSE(bench.plan->stores()[0].shared);
  EXPECT_TRUE(bench.plan->stores()[1].shared);
  EXPECT_FALSE(bench.plan->stores()[2].shared) << "a user lives in one partition";
}

}  // namespace
}  // namespace assay::core
