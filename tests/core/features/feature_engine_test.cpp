#include "core/features/feature_engine.hpp"

#include <gtest/gtest.h>

#include <utility>

#include "tests/core/features/feature_bench.hpp"

namespace assay::core {
namespace {

using tests::FeatureBench;
using tests::Transaction;
constexpr auto kMinute = FeatureBench::kMinute;
constexpr auto kHour = FeatureBench::kHour;

FeatureOptions per_user() {
  FeatureOptions options;
  options.partition_keys = {"user"};
  return options;
}

TEST(FeatureEngine, counts_the_window_with_and_without_the_current_transaction) {
  FeatureBench bench(per_user());
  const auto with = bench.feature("count() by user over 10m");
  const auto without = bench.feature("count() by user over previous 10m");
  bench.put({.time = kHour});
  EXPECT_EQ(bench.int64(with), 1);
  EXPECT_EQ(bench.int64(without), 0);
  bench.put({.time = kHour + 1});
  EXPECT_EQ(bench.int64(with), 2);
  EXPECT_EQ(bench.int64(without), 1);
  bench.put({.time = kHour + 10 * kMinute});
  EXPECT_EQ(bench.int64(with), 2) << "exactly ten minutes ago is outside";
  EXPECT_EQ(bench.int64(without), 1);
}

TEST(FeatureEngine, lets_no_row_see_a_later_one_of_its_batch) {
  FeatureBench bench(per_user());
  const auto count = bench.feature("count() by user over 10m");
  bench.build();
  for (int i = 0; i < 20; ++i) bench.add_to_batch({.time = kHour});
  bench.run();
  for (std::uint32_t i = 0; i < 20; ++i) EXPECT_EQ(bench.int64(count, i), i + 1);
}

TEST(FeatureEngine, leaves_a_feature_absent_where_key_or_argument_is_and_counts_nothing) {
  FeatureBench bench(per_user());
  const auto count = bench.feature("count() by user over 10m");
  const auto sum = bench.feature("sum(amount) by user over 10m");
  bench.put({.time = kHour, .user = {}, .amount = 10'000});
  EXPECT_EQ(bench.int64(count), std::nullopt);
  EXPECT_EQ(bench.int64(sum), std::nullopt);
  bench.put({.time = kHour});
  EXPECT_EQ(bench.int64(count), 1);
  EXPECT_EQ(bench.int64(sum), std::nullopt);
  bench.put({.time = kHour, .amount = 20'000});
  EXPECT_EQ(bench.int64(count), 2);
  EXPECT_EQ(bench.int64(sum), 20'000);
}

TEST(FeatureEngine, keeps_the_currencies_of_a_key_apart) {
  FeatureBench bench(per_user());
  const auto sum = bench.feature("sum(amount) by user over 10m");
  const auto count = bench.feature("count() by user over 10m");
  bench.put({.time = kHour, .amount = 10'000, .currency = "EUR"});
  bench.put({.time = kHour, .amount = 30'000, .currency = "USD"});
  EXPECT_EQ(bench.int64(sum), 30'000);
  EXPECT_EQ(bench.int64(count), 2);
  bench.put({.time = kHour, .amount = 20'000, .currency = "EUR"});
  EXPECT_EQ(bench.int64(sum), 30'000);
}

TEST(FeatureEngine, counts_what_the_predicate_takes_and_answers_the_others_all_the_same) {
  FeatureBench bench(per_user());
  const auto small = bench.feature("count() by user over 10m where small");
  const auto ok = bench.feature("count() by user over 10m where ok");
  const auto broken = bench.feature("count() by user over 10m where broken");
  bench.put({.time = kHour, .amount = 50'000});
  EXPECT_EQ(bench.int64(small), 1);
  EXPECT_EQ(bench.int64(ok), 0) << "without a status it is not known to be ok";
  EXPECT_EQ(bench.int64(broken), 0);
  bench.put({.time = kHour, .status = "ok", .amount = 150'000});
  EXPECT_EQ(bench.int64(small), 1);
  EXPECT_EQ(bench.int64(ok), 1);
  EXPECT_EQ(bench.engine->counters().condition_errors, 2u);
}

TEST(FeatureEngine, looks_back_at_the_previous_transaction) {
  FeatureBench bench(per_user());
  const auto last = bench.feature("last(merchant) by user");
  const auto elapsed = bench.feature("elapsed() by user");
  const auto seen = bench.feature("first_seen(merchant) by user");
  const auto speed = bench.feature("speed(latitude, longitude) by user");
  bench.put({.time = kHour, .merchant = "a", .latitude = 48.2, .longitude = 16.4});
  EXPECT_EQ(bench.text(last), std::nullopt);
  EXPECT_EQ(bench.int64(elapsed), std::nullopt);
  EXPECT_EQ(bench.int64(seen), 0);
  EXPECT_EQ(bench.number(speed), std::nullopt);
  bench.put({.time = 2 * kHour, .merchant = "b", .latitude = 52.5, .longitude = 13.4});
  EXPECT_EQ(bench.text(last), "a");
  EXPECT_EQ(bench.int64(elapsed), kHour);
  EXPECT_EQ(bench.int64(seen), 0);
  ASSERT_TRUE(bench.number(speed));
  EXPECT_NEAR(*bench.number(speed), 524, 5) << "from Vienna to Berlin within an hour";
  bench.put({.time = 3 * kHour, .merchant = "a"});
  EXPECT_EQ(bench.text(last), "b");
  EXPECT_EQ(bench.int64(seen), 2 * kHour);
}

TEST(FeatureEngine, evaluates_a_redelivered_record_again_and_counts_it_once) {
  FeatureBench bench;  // no partition key: the store is shared
  const auto count = bench.feature("count() by user over 10m");
  bench.put({.time = kHour}, 5);
  bench.put({.time = kHour}, 6);
  bench.put({.time = kHour}, 6);
  EXPECT_EQ(bench.int64(count), 2);
  EXPECT_EQ(bench.engine->counters().redelivered, 1u);
  bench.put({.time = kHour}, 7);
  EXPECT_EQ(bench.int64(count), 3);
}

TEST(FeatureEngine, says_how_much_of_the_window_it_has_seen) {
  FeatureBench bench(per_user());
  const auto count = bench.feature("count() by user over 10m");
  bench.put({.time = kHour});
  EXPECT_EQ(bench.coverage(count), 0);
  EXPECT_EQ(bench.flags(count), kFeatureCold);
  const auto validity = bench.layout.validity(bench.plan->features()[count].value);
  EXPECT_EQ(std::as_const(*bench.block).row_at(0)[validity], std::byte{ASSAY_COLD});
  bench.put({.time = kHour + 4 * kMinute, .user = 2});
  EXPECT_EQ(bench.coverage(count), 4 * kMinute) << "the store would have seen the user";
  bench.put({.time = kHour + 20 * kMinute});
  EXPECT_EQ(bench.coverage(count), 10 * kMinute);
  EXPECT_EQ(bench.flags(count), 0);
}

TEST(FeatureEngine, flags_a_late_transaction_and_counts_it_into_the_history) {
  FeatureBench bench(per_user());
  const auto count = bench.feature("count() by user over 10m");
  const auto previous = bench.feature("count() by user over previous 10m");
  bench.put({.time = kHour});
  bench.put({.time = kHour + 9 * kMinute});
  bench.put({.time = kHour + 5 * kMinute});
  EXPECT_EQ(bench.int64(count), 2) << "what is newer than itself is not seen";
  EXPECT_EQ(bench.int64(previous), 1);
  EXPECT_EQ(bench.flags(count) & kFeatureLate, kFeatureLate);
  EXPECT_EQ(bench.engine->counters().late, 1u);
  bench.put({.time = kHour + 9 * kMinute});
  EXPECT_EQ(bench.int64(count), 4);
}

}  // namespace
}  // namespace assay::core
