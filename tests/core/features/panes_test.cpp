// Keys with more transactions than are kept singly: what lies further back is known by panes of
// 1/256 of the window. One world of 200,000 transactions, held against the naive sums.
#include <gtest/gtest.h>

#include <algorithm>
#include <bitset>
#include <random>

#include "tests/core/features/feature_bench.hpp"
#include "tests/core/features/state_buffer.hpp"

namespace assay::tests {
namespace {

constexpr auto kSecond = FeatureBench::kSecond;
constexpr auto kDay = FeatureBench::kDay;

struct Event {
  std::int64_t time;
  std::int64_t amount;
  std::int64_t merchant;
};

// By time and arrival, what lies in (from, to].
struct Bounds {
  std::int64_t count = 0;
  std::int64_t sum = 0;
  std::int64_t least = std::numeric_limits<std::int64_t>::max();
  std::int64_t greatest = std::numeric_limits<std::int64_t>::min();
  std::bitset<700> merchants;
};

Bounds between(const std::vector<Event>& events, std::int64_t from, std::int64_t to) {
  Bounds all;
  const auto later = [](std::int64_t time, const Event& one) { return time < one.time; };
  auto at = std::upper_bound(events.begin(), events.end(), from, later);
  const auto end = std::upper_bound(events.begin(), events.end(), to, later);
  for (; at != end; ++at) {
    ++all.count;
    all.sum += at->amount;
    all.least = std::min(all.least, at->amount);
    all.greatest = std::max(all.greatest, at->amount);
    all.merchants.set(static_cast<std::size_t>(at->merchant));
  }
  return all;
}

TEST(FeaturePanes, keep_a_key_with_many_transactions_within_the_stated_bounds) {
  constexpr std::uint32_t kRows = 200'000;
  constexpr std::uint64_t kSeed = 20'250'117;
  std::printf("seed %llu\n", static_cast<unsigned long long>(kSeed));
  std::mt19937_64 random(kSeed);
  core::FeatureOptions options;
  options.partition_keys = {"user"};
  options.exact_events = 4096;
  FeatureBench bench(options);
  const auto window = kDay;
  const auto count = bench.feature("count() by user over 1d");
  const auto sum = bench.feature("sum(amount) by user over 1d");
  const auto mean = bench.feature("mean(amount) by user over 1d");
  const auto least = bench.feature("min(amount) by user over 1d");
  const auto greatest = bench.feature("max(amount) by user over 1d");
  const auto distinct = bench.feature("distinct(merchant) by user over 1d");
  const auto previous = bench.feature("count() by user over previous 1d");
  const auto minute = bench.feature("count() by user over 1m");
  bench.build();

  std::vector<Event> events[2];
  auto now = 1'700'000'000 * kSecond;
  std::int64_t begin = 0;
  std::uint64_t late = 0;
  std::uint64_t approximate = 0;
  std::uint64_t exact = 0;
  for (std::uint32_t i = 0; i < kRows; ++i) {
    if (i % 50'000 == 25'000) {
      ASSERT_TRUE(reload(bench));
    }
    now += static_cast<std::int64_t>(random() % 5) * kSecond / 2;
    auto time = now;
    if (random() % 20 == 0) {
      time -= static_cast<std::int64_t>(random() % (random() % 8 == 0 ? 40'000 : 60)) * kSecond;
      ++late;
    }
    if (i == 0) begin = time;
    const auto user = static_cast<std::int64_t>(random() % 8 == 0);
    const Event event{time, static_cast<std::int64_t>(random() % 1'000'000),
                      static_cast<std::int64_t>(random() % 700)};
    bench.put({.time = time,
               .user = user,
               .merchant = "m" + std::to_string(event.merchant),
               .amount = event.amount});
    auto& all = events[user];
    all.insert(std::upper_bound(all.begin(), all.end(), event,
                                [](const Event& a, const Event& b) { return a.time < b.time; }),
               event);
    if (i % 151 != 0 || i < 3'000) continue;

    const auto from = time - window;
    const auto pane = window / 256;
    const auto inner = between(all, from, time);
    const auto newest = all.back().time;
    if ((bench.flags(minute) & core::kFeatureApproximate) == 0) {
      ASSERT_EQ(bench.int64(minute), between(all, time - 60 * kSecond, time).count) << "row " << i;
    } else {
      ASSERT_GE(bench.int64(minute), 1) << "itself, row " << i;
    }
    const bool is_approximate = (bench.flags(count) & core::kFeatureApproximate) != 0;
    if (!is_approximate) {
      ++exact;
      ASSERT_EQ(bench.int64(count), inner.count) << "row " << i;
      ASSERT_EQ(bench.int64(sum), inner.sum) << "row " << i;
      ASSERT_EQ(bench.int64(distinct), static_cast<std::int64_t>(inner.merchants.count()));
      continue;
    }
    ++approximate;
    // One pane more at either end, at most; the later end only of a late transaction.
    const bool is_late = (bench.flags(count) & core::kFeatureLate) != 0;
    // What its coverage does not say that it has seen is nobody's promise.
    const auto known = between(all, std::max(from, newest - window), time);
    const auto seen = time - std::max(begin, newest - window);
    ASSERT_EQ(bench.coverage(count), std::clamp<std::int64_t>(seen, 0, window)) << "row " << i;
    const auto outer = between(all, from - pane, is_late ? time + pane : time);
    ASSERT_GE(bench.int64(count), known.count) << "row " << i;
    ASSERT_LE(bench.int64(count), outer.count) << "row " << i;
    ASSERT_GE(bench.int64(previous), known.count - 1) << "row " << i;
    ASSERT_LE(bench.int64(previous), outer.count - 1) << "row " << i;
    ASSERT_GE(bench.int64(sum), known.sum) << "row " << i;
    ASSERT_LE(bench.int64(sum), outer.sum) << "row " << i;
    ASSERT_NEAR(
        *bench.number(mean),
        static_cast<double>(*bench.int64(sum)) / static_cast<double>(*bench.int64(count)) / 10'000,
        1e-9);
    ASSERT_LE(bench.int64(least), known.least) << "row " << i;
    ASSERT_GE(bench.int64(least), outer.least) << "row " << i;
    ASSERT_GE(bench.int64(greatest), known.greatest) << "row " << i;
    ASSERT_LE(bench.int64(greatest), outer.greatest) << "row " << i;
    if (is_late) continue;
    ASSERT_GE(bench.int64(distinct), static_cast<std::int64_t>(known.merchants.count()));
    ASSERT_LE(bench.int64(distinct), static_cast<std::int64_t>(outer.merchants.count()));
  }
  EXPECT_GE(late, kRows / 25);
  EXPECT_GE(approximate, 500u);
  EXPECT_GE(exact, 20u);
}

}  // namespace
}  // namespace assay::tests
