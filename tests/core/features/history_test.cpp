// What the stores promise beside the sums: limits, forgetting, memory, taking back, snapshots.
#include <gtest/gtest.h>

#include <limits>
#include <string>
#include <vector>

#include "core/features/store_cost.hpp"
#include "tests/core/features/feature_bench.hpp"
#include "tests/core/features/state_buffer.hpp"

namespace assay::core {
namespace {

using tests::FeatureBench;
constexpr auto kSecond = FeatureBench::kSecond;
constexpr auto kMinute = FeatureBench::kMinute;
constexpr auto kHour = FeatureBench::kHour;
constexpr auto kDay = FeatureBench::kDay;
constexpr auto kBegin = 10'000 * kDay;

FeatureOptions per_user() {
  FeatureOptions options;
  options.partition_keys = {"user"};
  return options;
}

TEST(FeatureHistory, saturates_a_sum_and_says_so) {
  FeatureBench bench(per_user());
  const auto sum = bench.feature("sum(quantity) by user over 1h");
  constexpr auto most = std::numeric_limits<std::int64_t>::max();
  bench.put({.time = kBegin, .quantity = most});
  EXPECT_EQ(bench.int64(sum), most);
  EXPECT_EQ(bench.flags(sum) & kFeatureSaturated, 0);
  bench.put({.time = kBegin + 1, .quantity = most});
  EXPECT_EQ(bench.int64(sum), most);
  EXPECT_EQ(bench.flags(sum) & kFeatureSaturated, kFeatureSaturated);
  bench.put({.time = kBegin + 2 * kHour, .quantity = -5});
  EXPECT_EQ(bench.int64(sum), -5) << "nothing of it stays";
}

TEST(FeatureHistory, counts_distinct_values_up_to_the_limit_and_flags_what_is_beyond) {
  auto options = per_user();
  options.exact_events = 6'000;
  FeatureBench bench(options);
  const auto distinct = bench.feature("distinct(quantity) by user over 1d");
  for (std::int64_t i = 0; i < 4'200; ++i) {
    bench.put({.time = kBegin + i * kSecond, .quantity = i});
    ASSERT_EQ(bench.int64(distinct), std::min<std::int64_t>(i + 1, 4'096));
    ASSERT_EQ((bench.flags(distinct) & kFeatureSaturated) != 0, i + 1 > 4'096);
  }
  EXPECT_EQ(bench.engine->counters().saturated, 104u);
  bench.put({.time = kBegin + kDay + 4'000 * kSecond, .quantity = 1});
  EXPECT_EQ(bench.int64(distinct), 200) << "exact again when fewer are left";
}

TEST(FeatureHistory, remembers_first_sightings_for_as_long_as_the_value_is_met) {
  auto options = per_user();
  options.retention = 30 * kDay;
  FeatureBench bench(options);
  const auto seen = bench.feature("first_seen(merchant) by user");
  bench.put({.time = kBegin, .merchant = "a"});
  bench.put({.time = kBegin + 20 * kDay, .merchant = "a"});
  EXPECT_EQ(bench.int64(seen), 20 * kDay);
  bench.put({.time = kBegin + 40 * kDay, .merchant = "a"});
  EXPECT_EQ(bench.int64(seen), 40 * kDay);
  bench.put({.time = kBegin + 70 * kDay, .merchant = "a"});
  EXPECT_EQ(bench.int64(seen), 0) << "not met for the retention: forgotten";
}

TEST(FeatureHistory, forgets_windowless_sums_after_the_retention) {
  auto options = per_user();
  options.retention = 30 * kDay;
  FeatureBench bench(options);
  const auto count = bench.feature("count() by user");
  bench.put({.time = kBegin});
  bench.put({.time = kBegin + 29 * kDay});
  EXPECT_EQ(bench.int64(count), 2);
  bench.put({.time = kBegin + 30 * kDay});
  EXPECT_EQ(bench.int64(count), 2) << "the first one is as old as the retention";
}

TEST(FeatureHistory, looks_back_among_the_last_eight_only) {
  FeatureBench bench(per_user());
  const auto elapsed = bench.feature("elapsed() by user");
  for (int i = 1; i <= 10; ++i) bench.put({.time = kBegin + i * kMinute});
  bench.put({.time = kBegin + 3 * kMinute + kSecond});
  EXPECT_EQ(bench.int64(elapsed), kSecond);
  for (int i = 11; i <= 20; ++i) bench.put({.time = kBegin + i * kMinute});
  bench.put({.time = kBegin + 4 * kMinute});
  EXPECT_EQ(bench.int64(elapsed), std::nullopt) << "what was before it is not known any more";
}

TEST(FeatureHistory, answers_with_a_text_that_gives_way_to_the_transaction_itself) {
  FeatureBench bench(per_user());
  const auto last = bench.feature("last(merchant) by user");
  for (int i = 1; i <= 8; ++i) {
    bench.put({.time = kBegin + i * kMinute, .merchant = "merchant " + std::to_string(i)});
  }
  bench.put({.time = kBegin + kMinute + kSecond, .merchant = "somewhere else"});
  EXPECT_EQ(bench.text(last), "merchant 1") << "the oldest of eight, which the ninth drives out";
}

TEST(FeatureHistory, reaches_a_day_further_back_than_the_window_for_late_transactions) {
  FeatureBench bench(per_user());
  const auto count = bench.feature("count() by user over 1h");
  const auto newest = kBegin + 3 * kDay;
  bench.put({.time = kBegin});
  for (const auto hours : {26, 24, 23}) bench.put({.time = newest - hours * kHour});
  bench.put({.time = newest});
  bench.put({.time = newest - 23 * kHour + 1});
  EXPECT_EQ(bench.int64(count), 2);
  EXPECT_EQ(bench.coverage(count), kHour);
  bench.put({.time = newest - 24 * kHour - 30 * kMinute});
  EXPECT_EQ(bench.coverage(count), kHour / 2) << "half of its window is beyond the reach";
}

TEST(FeatureHistory, takes_back_what_a_reversal_names) {
  auto options = per_user();
  options.reversal = Slot{};
  FeatureBench bench(options);
  const auto count = bench.feature("count() by user over 1h");
  const auto sum = bench.feature("sum(amount) by user over 1h");
  const auto greatest = bench.feature("max(amount) by user over 1h");
  const auto last = bench.feature("last(merchant) by user");
  bench.put({.time = kBegin, .merchant = "a", .amount = 10'000, .id = "t1"});
  bench.put({.time = kBegin + 1, .merchant = "b", .amount = 90'000, .id = "t2"});
  bench.put({.time = kBegin + 2, .amount = 90'000, .id = "t3", .reverses = "t2"});
  EXPECT_EQ(bench.int64(count), 1) << "neither the one taken back nor the one that does it";
  EXPECT_EQ(bench.int64(sum), 10'000);
  EXPECT_EQ(bench.int64(greatest), 10'000);
  EXPECT_EQ(bench.engine->counters().reversed, 1u);
  bench.put({.time = kBegin + 3, .merchant = "c", .amount = 20'000, .id = "t4"});
  EXPECT_EQ(bench.text(last), "a");
  EXPECT_EQ(bench.int64(sum), 30'000);
  bench.put({.time = kBegin + 4, .id = "t5", .reverses = "t2"});
  EXPECT_EQ(bench.engine->counters().reversal_unknown, 1u) << "once is enough";
}

TEST(FeatureHistory, gives_up_the_keys_that_were_not_touched_for_longest_and_counts_them) {
  FeatureBench bench(per_user());
  const auto count = bench.feature("count() by user over 10d");
  bench.build();
  for (std::int64_t user = 0; user < 2'000; ++user) {
    bench.put({.time = kBegin + user * kSecond, .user = user});
  }
  ASSERT_EQ(bench.history->keys(), 2'000u);
  const auto full = bench.history->bytes();
  bench.history->limit_bytes(full);
  for (std::int64_t user = 2'000; user < 4'000; ++user) {
    bench.put({.time = kBegin + user * kSecond, .user = user});
    if (user % 50 == 0) bench.put({.time = kBegin + user * kSecond, .user = 7});
    ASSERT_LE(bench.history->bytes(), full);
  }
  EXPECT_GE(bench.engine->counters().evicted, 1'000u);
  bench.put({.time = kBegin + 4'000 * kSecond, .user = 7});
  EXPECT_EQ(bench.int64(count), 42) << "one that is in use stays";
  bench.put({.time = kBegin + 4'000 * kSecond, .user = 9'999});
  EXPECT_EQ(bench.int64(count), 1);
  EXPECT_LT(bench.coverage(count), 4'000 * kSecond)
      << "one that might have been forgotten does not look like a new one";
}

TEST(FeatureHistory, forgets_keys_whose_events_are_all_too_old) {
  FeatureBench bench(per_user());
  bench.feature("count() by user over 10m");
  for (std::int64_t user = 0; user < 4'000; ++user) {
    bench.put({.time = kBegin + user * 20 * kMinute, .user = user});
  }
  EXPECT_LT(bench.history->keys(), 1'000u);
  EXPECT_EQ(bench.engine->counters().evicted, 0u);
  EXPECT_GE(bench.engine->counters().forgotten, 3'000u);
}

TEST(FeatureHistory, refuses_state_that_is_damaged_or_of_other_features) {
  FeatureBench bench(per_user());
  bench.feature("distinct(merchant) by user over 1h");
  bench.feature("last(merchant) by user");
  bench.feature("first_seen(merchant) by user");
  for (int i = 0; i < 200; ++i) {
    bench.put({.time = kBegin + i * kSecond, .user = i % 3, .merchant = std::to_string(i % 9)});
  }
  tests::BufferSink saved;
  bench.history->save(saved);
  for (std::size_t size = 0; size < saved.buffer.size(); size += 7) {
    tests::BufferSource cut({saved.buffer.data(), size});
    PartitionHistory other(*bench.plan);
    EXPECT_FALSE(other.load(cut)) << "cut at " << size;
    EXPECT_EQ(other.keys(), 0u);
  }
  for (std::size_t at = 0; at < saved.buffer.size(); at += 3) {
    auto damaged = saved.buffer;
    damaged[at] ^= std::byte{0x5a};
    tests::BufferSource source(damaged);
    PartitionHistory other(*bench.plan);
    (void)other.load(source);  // whatever it says, it must not run wild
  }
  FeatureBench foreign(per_user());
  foreign.feature("distinct(merchant) by user over 2h");
  foreign.build();
  tests::BufferSource source(saved.buffer);
  EXPECT_FALSE(foreign.history->load(source));
}

TEST(FeatureHistory, keeps_what_is_predicted_and_at_most_a_third_more) {
  for (const auto& features : std::vector<std::vector<std::string>>{
           {"count() by user over 10m", "sum(amount) by user over 24h",
            "max(amount) by user over previous 30d", "distinct(merchant) by user over 1h",
            "elapsed() by user"},
           {"count() by user over 1h", "mean(amount) by user over previous 30d",
            "stddev(amount) by user over previous 30d", "last(status) by user",
            "first_seen(merchant) by user"},
           {"sum(amount) by user over 24h", "count() by user over previous 7d",
            "speed(latitude, longitude) by user"}}) {
    FeatureBench bench(per_user());
    for (const auto& feature : features) bench.feature(feature);
    constexpr int kUsers = 300;
    constexpr int kEvents = 20;
    for (int i = 0; i < kUsers * kEvents; ++i) {
      bench.put({.time = kBegin + i * kSecond,
                 .user = i % kUsers,
                 .merchant = "merchant " + std::to_string(i),
                 .status = "ok",
                 .amount = i,
                 .latitude = 38.0,
                 .longitude = -9.0});
    }
    const auto cost = cost_of(bench.plan->stores()[0]);
    const auto predicted = static_cast<double>(kUsers * (cost.key + kEvents * cost.event));
    const auto kept = static_cast<double>(bench.history->bytes());
    EXPECT_LT(kept, predicted * 4 / 3) << features.front();
    EXPECT_GT(kept, predicted * 0.9) << features.front();
  }
}

TEST(FeatureHistory, predicts_no_event_where_only_single_transactions_are_looked_back_at) {
  FeatureBench bench(per_user());
  bench.feature("last(status) by user");
  bench.feature("speed(latitude, longitude) by user");
  const auto cost = cost_of(bench.plan->stores()[0]);
  EXPECT_EQ(cost.event, 0u);
  EXPECT_EQ(cost.key, 48u + 8 * (4 + 8) + 8 * (4 + 16));
}

}  // namespace
}  // namespace assay::core
