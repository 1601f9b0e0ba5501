// A snapshot in slices, while transactions go on, against one of the same moment that is taken at
// once.
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "tests/core/features/feature_bench.hpp"
#include "tests/core/features/state_buffer.hpp"

namespace assay::tests {
namespace {

constexpr auto kSecond = FeatureBench::kSecond;

// Every write for itself: an item is one, so items can be compared whatever their order.
class ItemSink final : public core::StateSink {
 public:
  void write(std::span<const std::byte> bytes) override {
    items.emplace_back(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  }
  std::vector<std::byte> bytes() const {
    std::vector<std::byte> all;
    for (const auto& item : items) {
      const auto part = std::as_bytes(std::span(item));
      all.insert(all.end(), part.begin(), part.end());
    }
    return all;
  }
  std::vector<std::string> sorted() const {
    auto all = items;
    std::ranges::sort(all);
    return all;
  }
  std::vector<std::string> items;
};

core::FeatureOptions options() {
  core::FeatureOptions options;
  options.partition_keys = {"user", "card", "merchant"};
  options.reversal = core::Slot{};
  options.exact_events = 80;
  return options;
}

const std::vector<std::string> kFeatures{"count() by user over 10m",
                                         "sum(amount) by user over 1h",
                                         "max(amount) by card over previous 2h",
                                         "distinct(merchant) by user over 1h",
                                         "last(merchant) by card",
                                         "last(amount) by user",
                                         "first_seen(merchant) by user",
                                         "elapsed() by card where small",
                                         "count() by merchant over 1m"};

class World {
 public:
  explicit World(std::uint32_t seed) : random_(seed) {
    for (const auto& feature : kFeatures) bench.feature(feature);
    bench.build();
  }

  // Keys come and go, in two currencies, with reversals; one user has very many transactions.
  void put(int count) {
    for (int i = 0; i < count; ++i) {
      Transaction one;
      now_ += below(20) == 0 ? 400 * kSecond : kSecond;
      one.time = now_ - (below(12) == 0 ? below(3'000) * kSecond : 0);
      one.user = below(4) == 0 ? 0 : below(users);
      one.card = static_cast<std::uint64_t>(below(users));
      one.merchant = "merchant " + std::to_string(below(30));
      one.amount = below(500'000);
      one.currency = below(4) == 0 ? "USD" : "EUR";
      one.id = "t" + std::to_string(number_++);
      if (below(10) == 0) one.reverses = "t" + std::to_string(below(number_));
      bench.put(one);
      answers.clear();
      for (std::uint32_t f = 0; f < kFeatures.size(); ++f) {
        const auto& feature = bench.plan->features()[f];
        const bool text = feature.type == core::FieldType::text;
        answers +=
            (text ? bench.text(f).value_or("-") : std::to_string(bench.int64(f).value_or(-1))) +
            " ";
      }
    }
  }

  FeatureBench bench{options()};
  std::int64_t users = 200;
  std::string answers;  // to the last one

 private:
  std::int64_t below(std::int64_t limit) {
    return static_cast<std::int64_t>(random_() % static_cast<std::uint64_t>(limit));
  }
  std::mt19937_64 random_;
  std::int64_t now_ = 1'700'000'000 * kSecond;
  std::int64_t number_ = 1;
};

class FeatureSlices : public ::testing::TestWithParam<std::uint32_t> {};

TEST_P(FeatureSlices, hold_the_state_of_the_cut_whatever_happens_meanwhile) {
  World sliced(GetParam());
  World plain(GetParam());
  std::mt19937 random(GetParam());
  const auto both = [&](auto&& act) {
    act(sliced);
    act(plain);
  };
  const auto first = static_cast<int>(300 + random() % 1'200);
  both([&](World& world) { world.put(first); });
  ItemSink expected;
  plain.bench.history->save(expected);
  ItemSink found;
  sliced.bench.history->begin_save(found);
  // From here on many new keys, so that the index grows, and memory for not so many, so that others
  // are given up.
  const auto limit = plain.bench.history->bytes() * (1 + random() % 3);
  both([&](World& world) {
    world.users = 3'000;
    world.bench.history->limit_bytes(limit);
  });
  for (bool done = false; !done;) {
    const auto count = static_cast<int>(random() % 12);
    both([&](World& world) { world.put(count); });
    std::size_t work = random() % 2'000;
    done = sliced.bench.history->save_some(work);
  }
  found.put(core::kStateEnd);
  EXPECT_EQ(found.sorted(), expected.sorted());

  // Neither is the one that goes on disturbed.
  both([&](World& world) { world.put(200); });
  EXPECT_EQ(sliced.answers, plain.answers);
  const auto bytes = found.bytes();
  BufferSource source(bytes);
  core::PartitionHistory again(*sliced.bench.plan);
  ASSERT_TRUE(again.load(source));
  EXPECT_EQ(source.remaining(), 0u);
}

TEST_P(FeatureSlices, that_are_given_up_leave_the_next_snapshot_whole) {
  World world(GetParam());
  std::mt19937 random(GetParam());
  for (int round = 0; round < 6; ++round) {
    world.put(200);
    ItemSink given_up;
    world.bench.history->begin_save(given_up);
    std::size_t work = random() % 20'000;
    world.put(static_cast<int>(random() % 60));
    world.bench.history->save_some(work);
    const auto written = given_up.items.size();
    world.bench.history->stop_save();
    world.put(static_cast<int>(random() % 60));
    work = random() % 4'000;
    world.bench.history->save_some(work);
    EXPECT_EQ(given_up.items.size(), written) << "nothing goes to a sink that was given up";
  }
  ItemSink found;
  world.bench.history->save(found);
  const auto bytes = found.bytes();
  BufferSource source(bytes);
  core::PartitionHistory again(*world.bench.plan);
  ASSERT_TRUE(again.load(source));
  EXPECT_EQ(again.keys(), world.bench.history->keys());
}

INSTANTIATE_TEST_SUITE_P(Seeds, FeatureSlices, ::testing::Range(1u, 41u));

}  // namespace
}  // namespace assay::tests
