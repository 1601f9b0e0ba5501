// History that goes from one plan to the next: what both remember is as if nothing had happened,
// what is new says how little it has seen and is as if it had always been there once it has seen
// enough.
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "tests/core/features/feature_bench.hpp"
#include "tests/core/features/state_buffer.hpp"

namespace assay::tests {
namespace {

constexpr auto kSecond = FeatureBench::kSecond;
constexpr auto kMinute = FeatureBench::kMinute;
constexpr auto kHour = FeatureBench::kHour;

using Texts = std::vector<std::string>;

core::FeatureOptions options(std::uint32_t exact_events = 4096) {
  core::FeatureOptions options;
  options.partition_keys = {"user", "card"};  // a merchant's history is shared
  options.reversal = core::Slot{};
  options.exact_events = exact_events;
  return options;
}

// Keys come and go, in two currencies, with reversals and late ones; one user has very many.
class Stream {
 public:
  explicit Stream(std::uint32_t seed) : random_(seed) {}

  Transaction next() {
    Transaction one;
    now += below(40) == 0 ? 200 * kSecond : kSecond;
    one.time = now - (!straight && below(12) == 0 ? below(1'500) * kSecond : 0);
    one.user = below(4) == 0 ? 0 : below(60);
    one.card = static_cast<std::uint64_t>(below(60));
    one.merchant = "merchant " + std::to_string(below(20));
    one.amount = below(400'000);
    one.currency = below(4) == 0 ? "USD" : "EUR";
    one.id = "t" + std::to_string(number_++);
    if (!straight && below(10) == 0) one.reverses = "t" + std::to_string(below(number_));
    return one;
  }

  std::int64_t now = 1'700'000'000 * kSecond;
  // Nothing comes late and nothing is taken back, which panes cannot do.
  bool straight = false;

 private:
  std::int64_t below(std::int64_t limit) {
    return static_cast<std::int64_t>(random_() % static_cast<std::uint64_t>(limit));
  }
  std::mt19937_64 random_;
  std::int64_t number_ = 1;
};

void declare(FeatureBench& bench, const Texts& texts) {
  for (const auto& text : texts) bench.feature(text);
  bench.build();
}

std::uint32_t number_of(const FeatureBench& bench, const std::string& text) {
  for (std::uint32_t i = 0; i < bench.plan->features().size(); ++i) {
    if (bench.plan->features()[i].text == text) return i;
  }
  ADD_FAILURE() << text;
  return 0;
}

std::string value_of(const FeatureBench& bench, std::uint32_t feature) {
  const bool text = bench.plan->features()[feature].type == core::FieldType::text;
  return text ? bench.text(feature).value_or("-")
              : std::to_string(bench.int64(feature).value_or(-1));
}

const Texts kKept{"count() by user over 10m",
                  "sum(amount) by user over 1h",
                  "distinct(merchant) by user over 1h",
                  "max(amount) by card over previous 2h",
                  "last(merchant) by card",
                  "last(amount) by user",
                  "first_seen(merchant) by user",
                  "elapsed() by card where small",
                  "count() by merchant over 5m",
                  "stddev(amount) by user over previous 1h"};
const Texts kGone{"count() by user over 2h where small", "min(amount) by card over 30m",
                  "last(status) by user", "sum(amount) by merchant over 1h"};
const Texts kNew{"mean(amount) by user over 30m",
                 "count() by user over 20m",
                 "count() by card over 10m where small",
                 "distinct(user) by merchant over 15m",
                 "count() by status over 10m",
                 "sum(amount) by currency over 10m",
                 "last(amount) by card"};

class FeatureSuccession : public ::testing::TestWithParam<std::uint32_t> {
 protected:
  // The elder's and the next one's in orders of their own; `always` has had the next one's from the
  // beginning.
  void begin() {
    std::mt19937 random(GetParam());
    auto before = kKept;
    before.insert(before.end(), kGone.begin(), kGone.end());
    auto after = kKept;
    after.insert(after.end(), kNew.begin(), kNew.end());
    std::ranges::shuffle(before, random);
    std::ranges::shuffle(after, random);
    elder = std::make_unique<FeatureBench>(options());
    next = std::make_unique<FeatureBench>(options());
    always = std::make_unique<FeatureBench>(options());
    declare(*elder, before);
    declare(*next, after);
    declare(*always, after);
    const auto first = 1'000 + static_cast<int>(random() % 2'000);
    for (int i = 0; i < first; ++i) {
      const auto one = stream.next();
      elder->put(one);
      always->put(one);
      swapped = std::max(swapped, one.time);
    }
    next->take_over(*elder);
  }

  void put() {
    const auto one = stream.next();
    next->put(one);
    always->put(one);
  }

  void expect_same(const std::string& text) {
    const auto number = number_of(*next, text);
    EXPECT_EQ(value_of(*next, number), value_of(*always, number)) << text;
    EXPECT_EQ(next->coverage(number), always->coverage(number)) << text;
    EXPECT_EQ(next->flags(number), always->flags(number)) << text;
  }

  Stream stream{GetParam()};
  std::unique_ptr<FeatureBench> elder;
  std::unique_ptr<FeatureBench> next;
  std::unique_ptr<FeatureBench> always;
  std::int64_t swapped = 0;  // the newest event time before
};

TEST_P(FeatureSuccession, changes_nothing_for_what_both_plans_remember) {
  begin();
  for (int i = 0; i < 2'500 && !HasFailure(); ++i) {
    put();
    for (const auto& text : kKept) expect_same(text);
  }
}

TEST_P(FeatureSuccession, keeps_the_sums_of_what_is_no_longer_known_singly) {
  constexpr std::uint32_t kExact = 80;
  const Texts texts{"count() by user over 10m", "sum(amount) by user over 1h",
                    "distinct(merchant) by user over 1h", "min(amount) by user over 1h"};
  FeatureBench stays(options(kExact));
  FeatureBench goes(options(kExact));
  FeatureBench follows(options(kExact));
  stream.straight = true;
  declare(stays, texts);
  declare(goes, texts);
  declare(follows, {texts[2], texts[1], texts[0]});
  for (int i = 0; i < 2'000; ++i) {
    const auto one = stream.next();
    stays.put(one);
    goes.put(one);
  }
  follows.take_over(goes);
  // When a key's oldest events are summed up depends on how they lie in its log, so the two are not
  // approximate at the same moments; where one is, they agree but for the edge of a pane.
  int approximate = 0;
  for (int i = 0; i < 1'500 && !HasFailure(); ++i) {
    const auto one = stream.next();
    stays.put(one);
    follows.put(one);
    for (std::uint32_t number = 0; number < 2; ++number) {
      const auto was = number_of(stays, follows.plan->features()[1 + number].text);
      const auto is = 1 + number;
      const auto ours = static_cast<double>(follows.int64(is).value_or(-1));
      const auto theirs = static_cast<double>(stays.int64(was).value_or(-1));
      if (((follows.flags(is) | stays.flags(was)) & core::kFeatureApproximate) == 0) {
        EXPECT_EQ(ours, theirs) << number;
        continue;
      }
      EXPECT_NEAR(ours, theirs, 0.1 * theirs) << number;
      ++approximate;
    }
  }
  EXPECT_GT(approximate, 20) << "or the test looked at too little";
}

TEST_P(FeatureSuccession, lets_what_is_new_say_how_little_it_has_seen) {
  begin();
  bool cold = false;
  for (int i = 0; i < 300 && !HasFailure(); ++i) {
    put();
    for (const auto& text : kNew) {
      const auto number = number_of(*next, text);
      if (!next->block->has(0, *next->plan->features()[number].coverage)) continue;
      EXPECT_LE(next->coverage(number), std::max<std::int64_t>(stream.now - swapped, 0)) << text;
      const auto window = next->plan->features()[number].window;
      const bool says_cold = (next->flags(number) & core::kFeatureCold) != 0;
      EXPECT_EQ(says_cold, next->coverage(number) < window) << text;
      cold = cold || says_cold;
    }
  }
  EXPECT_TRUE(cold) << "or the test looked at nothing";
}

TEST_P(FeatureSuccession, makes_what_is_new_what_it_would_always_have_been) {
  begin();
  while (stream.now < swapped + 30 * kMinute + 1'500 * kSecond) put();
  for (int i = 0; i < 800 && !HasFailure(); ++i) {
    put();
    for (const auto& text : kNew) {
      if (text.starts_with("last")) continue;  // its window is the retention
      expect_same(text);
    }
  }
}

TEST_P(FeatureSuccession, goes_into_a_snapshot_and_out_of_it) {
  begin();
  for (int i = 0; i < 200; ++i) put();
  // `always` stands for a process that goes on, the other one for one that starts anew.
  always = std::make_unique<FeatureBench>(options());
  Texts texts;
  for (const auto& feature : next->plan->features()) texts.push_back(feature.text);
  declare(*always, texts);
  BufferSink ours;
  BufferSink theirs;
  next->history->save(ours);
  next->shared->save(theirs);
  BufferSource source(ours.buffer);
  BufferSource shared_source(theirs.buffer);
  ASSERT_TRUE(always->history->load(source));
  ASSERT_TRUE(always->shared->load(shared_source));
  for (int i = 0; i < 600 && !HasFailure(); ++i) {
    const auto one = stream.next();
    next->put(one, 10'000 + i);
    always->put(one, 10'000 + i);
    for (const auto& text : texts) expect_same(text);
  }
}

TEST_P(FeatureSuccession, takes_less_memory_when_less_is_remembered_and_counts_it_right) {
  begin();
  FeatureBench last(options());
  declare(last, {"count() by user over 10m"});
  last.take_over(*next);
  EXPECT_EQ(last.shared->keys(), 0u);
  EXPECT_LT(last.history->bytes(), 100'000u);
  // A limit that is what it takes gives no key up at once.
  last.history->limit_bytes(last.history->bytes() + 50'000);
  const auto keys = last.history->keys();
  last.put(stream.next());
  EXPECT_GE(last.history->keys(), keys);
}

INSTANTIATE_TEST_SUITE_P(Seeds, FeatureSuccession, ::testing::Range(1u, 13u));

TEST(FeatureSuccessionOfTheSame, leaves_the_stores_where_they_are) {
  FeatureBench elder(options());
  declare(elder, {"count() by user over 10m", "count() by merchant over 10m"});
  Stream stream(1);
  for (int i = 0; i < 100; ++i) elder.put(stream.next());
  const auto* const own = elder.history->store(0);
  const auto* const shared = elder.shared->store(1, 5);
  FeatureBench next(options());
  declare(next, {"count() by merchant over 10m", "count() by user over 10m"});
  next.take_over(elder);
  EXPECT_EQ(next.history->store(1), own);
  EXPECT_EQ(next.shared->store(0, 5), shared);
}

TEST(FeatureSuccessionTwice, counts_from_the_first_time_that_it_was_there) {
  FeatureBench first(options());
  declare(first, {"count() by user over 10m"});
  Transaction one;
  one.time = 1'700'000'000 * kSecond;
  first.put(one);
  FeatureBench second(options());
  declare(second, {"count() by user over 10m", "count() by user over 1h"});
  second.take_over(first);
  one.time += 20 * kMinute;
  second.put(one);
  EXPECT_EQ(second.coverage(1), 20 * kMinute);
  FeatureBench third(options());
  declare(third, {"count() by user over 1h", "count() by user over 2h"});
  third.take_over(second);
  one.time += 30 * kMinute;
  third.put(one);
  EXPECT_EQ(third.coverage(0), 50 * kMinute);
  EXPECT_EQ(third.coverage(1), 30 * kMinute);
  one.time += kHour;
  third.put(one);
  EXPECT_EQ(third.coverage(0), kHour);
  EXPECT_EQ(third.flags(0) & core::kFeatureCold, 0);
}

// Meanwhile nobody has counted.
TEST(FeatureSuccessionTwice, begins_anew_with_what_is_shared_where_nothing_was_for_a_while) {
  const Texts with{"count() by user over 10m", "count() by merchant over 10m"};
  FeatureBench first(options());
  declare(first, with);
  Transaction one;
  one.time = 1'700'000'000 * kSecond;
  one.merchant = "Mercado";
  first.put(one);
  FeatureBench second(options());
  declare(second, {"count() by user over 10m"});
  second.take_over(first);
  one.time += 20 * kMinute;
  second.put(one);
  FeatureBench third(options());
  declare(third, with);
  third.take_over(second);
  one.time += kSecond;
  third.put(one);
  EXPECT_LE(third.coverage(1), kSecond);
  EXPECT_NE(third.flags(1) & core::kFeatureCold, 0);
}

}  // namespace
}  // namespace assay::tests
