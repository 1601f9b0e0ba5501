// One shared store and several workers in it at once, behind the locks that the engine uses. What
// is not locked as it should be, ThreadSanitizer sees here (preset tsan).
#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <latch>
#include <memory>
#include <ostream>
#include <string>
#include <thread>
#include <vector>

#include "host/runtime/stripe_locks.hpp"
#include "tests/core/features/feature_bench.hpp"
#include "tests/support/state_bytes.hpp"

namespace assay::host {
namespace {

using core::StripeLock;
using tests::FeatureBench;
using tests::StateBytes;

constexpr std::size_t kWorkers = 4;
constexpr std::int64_t kBatches = 60;
constexpr std::uint32_t kRows = 64;
constexpr std::int64_t kEach = kBatches * kRows;  // of a worker
constexpr std::int64_t kBusy = 5;                 // merchants that everybody meets

// What is asked of a shop, of which all partitions know.
class Features {
 public:
  Features() {
    count = bench_.feature("count() by merchant over 60d");
    sum = bench_.feature("sum(amount) by merchant over 60d");
    for (const auto* text : {"max(amount) by merchant over previous 1h",
                             "distinct(user) by merchant over 10m", "last(user) by merchant",
                             "first_seen(user) by merchant", "count() by merchant, user over 1h"}) {
      bench_.feature(text);
    }
  }
  core::Layout& layout() { return bench_.layout; }
  const core::FeaturePlan& plan() const { return *bench_.plan; }

  std::uint32_t count = 0;
  std::uint32_t sum = 0;

 private:
  FeatureBench bench_;
};

// A worker with one partition; its transactions are of busy shops and, one in four, of rare ones.
class Crewman {
 public:
  Crewman(Features& features, core::SharedHistory& shared, std::int32_t partition)
      : features_(&features),
        block_(features.layout(), core::RowBlock::Capacity{kRows, 1u << 14, 64}),
        own_(features.plan()),
        engine_(features.plan(), &shared, features.layout(), kRows),
        partition_{partition},
        time_(*features.layout().find("time")),
        user_(*features.layout().find("user")),
        merchant_(*features.layout().find("merchant")),
        amount_(*features.layout().find("amount")),
        currency_(*features.layout().find("currency")) {}

  void work(std::int64_t batches) {
    for (; batches > 0; --batches) {
      begin();
      for (std::uint32_t i = 0; i < kRows; ++i, ++number_) {
        const bool rare = number_ % 4 == 3;
        add(rare ? "rare " + std::to_string(partition_.value * kEach + number_)
                 : "busy " + std::to_string(number_ % kBusy),
            number_ * FeatureBench::kSecond);
      }
      engine_.run(block_, origins_);
    }
  }

  struct Seen {
    std::int64_t count = 0;
    std::int64_t sum = 0;
    bool operator==(const Seen&) const = default;
    // googletest looks for this name.
    // NOLINTNEXTLINE(readability-identifier-naming)
    friend void PrintTo(const Seen& seen, std::ostream* out) {
      *out << seen.count << " of " << seen.sum / 10'000;
    }
  };
  // What is known of a busy shop, with this one more transaction.
  Seen look(std::int64_t shop) {
    begin();
    add("busy " + std::to_string(shop), 2 * kEach * FeatureBench::kSecond);
    engine_.run(block_, origins_);
    const auto& features = features_->plan().features();
    return {block_.int64(0, features[features_->count].value),
            block_.int64(0, features[features_->sum].value)};
  }

  const core::FeatureCounters& counters() const { return engine_.counters(); }

 private:
  void begin() {
    block_.clear();
    origins_.clear();
  }
  void add(const std::string& merchant, std::int64_t time) {
    const auto row = block_.add_row();
    block_.put_int64(row, time_, time);
    block_.put_int64(row, user_, number_ % 7);
    block_.put_text(row, merchant_, merchant);
    block_.put_int64(row, amount_, 10'000);
    block_.put_text(row, currency_, "EUR");
    origins_.push_back({&own_, partition_, core::Offset{offset_++}});
  }

  Features* features_;
  core::RowBlock block_;
  core::PartitionHistory own_;
  core::FeatureEngine engine_;
  core::PartitionId partition_;
  core::Slot time_, user_, merchant_, amount_, currency_;
  std::vector<core::FeatureEngine::Origin> origins_;
  std::int64_t number_ = 0;
  std::int64_t offset_ = 0;
};

class SharedStripes : public ::testing::Test {
 protected:
  SharedStripes() {
    for (std::size_t i = 0; i < kWorkers; ++i) {
      crew_.push_back(std::make_unique<Crewman>(features_, shared_, static_cast<std::int32_t>(i)));
    }
  }

  // All at once; `beside` on a thread of its own.
  template <class Beside>
  void work(std::int64_t batches, Beside&& beside) {
    std::latch start(kWorkers + 1);
    std::vector<std::jthread> threads;
    for (auto& one : crew_) {
      threads.emplace_back([&start, batches, &worker = *one] {
        start.arrive_and_wait();
        worker.work(batches);
      });
    }
    threads.emplace_back([&] {
      start.arrive_and_wait();
      beside();
    });
  }
  void work(std::int64_t batches) {
    work(batches, [] {});
  }

  // Of a busy shop, after so many transactions of each worker and one more.
  static Crewman::Seen expected(std::int64_t shop, std::int64_t each) {
    std::int64_t count = 0;
    for (std::int64_t i = 0; i < each; ++i) count += i % 4 != 3 && i % kBusy == shop ? 1 : 0;
    const auto all = static_cast<std::int64_t>(kWorkers) * count + 1;
    return {all, all * 10'000};
  }

  Features features_;
  StripeLocks locks_;
  core::SharedHistory shared_{features_.plan(), locks_};
  std::vector<std::unique_ptr<Crewman>> crew_;
};

TEST_F(SharedStripes, lose_nothing_of_what_several_workers_count_at_once) {
  work(kBatches);
  for (std::int64_t shop = 0; shop < kBusy; ++shop) {
    EXPECT_EQ(crew_[0]->look(shop), expected(shop, kEach)) << shop;
  }
}

TEST_F(SharedStripes, keep_to_their_memory_while_several_workers_fill_it) {
  work(kBatches / 4);
  const auto limit = shared_.bytes();
  shared_.limit_bytes(limit);
  work(kBatches);
  EXPECT_LE(shared_.bytes(), limit);
  std::uint64_t evicted = 0;
  for (const auto& one : crew_) evicted += one->counters().evicted;
  EXPECT_GT(evicted, 0u);
}

// The cut is made while nobody is at work; what it holds is written while everybody is.
TEST_F(SharedStripes, save_what_they_held_at_the_cut_while_workers_go_on) {
  work(kBatches / 2);
  std::array<StateBytes, StripeLock::kStripes> parts;
  std::array<core::StateSink*, StripeLock::kStripes> sinks{};
  for (std::size_t i = 0; i < parts.size(); ++i) sinks[i] = &parts[i];
  StateBytes saved;
  shared_.begin_save(saved, sinks);
  work(kBatches, [&] {
    for (bool more = true; more;) {
      more = false;
      for (std::uint32_t stripe = 0; stripe < StripeLock::kStripes; ++stripe) {
        const core::StripeGuard guard(locks_, stripe);
        std::size_t work = 512;
        more |= !shared_.save_some(stripe, work);
      }
    }
  });
  for (const auto& part : parts) saved.write(part.bytes);
  saved.put(core::kStateEnd);

  core::SharedHistory loaded(features_.plan(), locks_);
  ASSERT_TRUE(loaded.load(saved));
  Crewman later(features_, loaded, static_cast<std::int32_t>(kWorkers));
  for (std::int64_t shop = 0; shop < kBusy; ++shop) {
    EXPECT_EQ(later.look(shop), expected(shop, kEach / 2)) << shop;
    EXPECT_EQ(crew_[0]->look(shop), expected(shop, kEach * 3 / 2)) << shop;
  }
}

}  // namespace
}  // namespace assay::host
