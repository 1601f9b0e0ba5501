#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "tests/support/allocation_count.hpp"
#include "tests/support/pipeline_bench.hpp"

namespace assay::core {
namespace {

using tests::allocations;
using tests::PipelineBench;

// What a partition costs in each batch that holds something of it: the list of its blocks, and each
// block that is not empty. No term for a row.
constexpr std::uint64_t list_and_blocks(std::uint64_t blocks) { return 1 + blocks; }

// Forgets what it is given, as a queue would that hands it to another thread.
class Drain final : public Outlet {
 public:
  void take(Shard&, Shard::Departure departure, std::vector<Reject>) override {
    rows += departure.counts.delivered;
  }
  std::uint64_t rows = 0;
};

// Hands each departure to its shard and acknowledges everything behind it.
class Delivery final : public Outlet, private Dispatcher {
 public:
  void take(Shard& shard, Shard::Departure departure, std::vector<Reject>) override {
    sent_.clear();
    shard.depart(std::move(departure), *this);
    for (const auto& [step, ticket] : sent_) shard.step_done(ticket, step, {}, *this);
  }

 private:
  bool dispatch(std::size_t step, PartitionId, Epoch, OffsetTracker::Ticket ticket, RecordBlock,
                std::vector<DeferredBlock>) override {
    sent_.emplace_back(step, ticket);
    return true;
  }
  std::vector<std::pair<std::size_t, OffsetTracker::Ticket>> sent_;
};

class AllocationTest : public ::testing::Test {
 protected:
  static constexpr int kRows = 512;

  // Two live rules of which one hits each row, with words and evidence; three steps.
  AllocationTest() {
    bench_.capacity.arena = 1u << 20;
    bench_.add_amount_rule();
    auto late = tests::reason("late");
    late.evidence = {{"attempts", "", FieldType::int64}};
    late.words = tests::words_of("{attempts} attempts in a night that has no end", late.evidence);
    bench_.add_rule(tests::rule("night", {late}), tests::FakeRule::each([](const Row& row) {
                      return tests::hit(1'000, 0, row.index());
                    }),
                    {"time"});
    bench_.add_rule(tests::rule("silent", {}), tests::FakeRule::each([](const Row&) {
                      return tests::answer(ASSAY_INCONCLUSIVE);
                    }));
    bench_.add_step("store", {"id", "amount", "decision", "score", "inconclusive_rules"});
    bench_.add_step("archive", {"id", "record_offset"});
    bench_.add_step("mail", {"id", "city"}).when = OutcomeSet{0b100};
    for (int partition = 0; partition < 3; ++partition) shards_.push_back(&bench_.shard(partition));
    for (int i = 0; i < kRows; ++i) {
      texts_.push_back(
          PipelineBench::message("a-transaction-id-of-36-characters-" + std::to_string(1'000 + i),
                                 "12.34", R"(,"city":"Llanfairpwllgwyngyll")"));
    }
  }

  // One batch, its rows over the first `partitions` partitions; answers what it took of the heap.
  std::uint64_t batch(int rows, std::size_t partitions, Outlet& outlet) {
    auto& pipeline = bench_.pipeline();
    const auto before = allocations();
    bool taken = true;
    for (int i = 0; i < rows; ++i) {
      auto& shard = *shards_[static_cast<std::size_t>(i) % partitions];
      taken &= pipeline.add({texts_[static_cast<std::size_t>(i)],
                             {},
                             shard.partition(),
                             Offset{offset_++},
                             PipelineBench::kRecordTime},
                            shard);
    }
    pipeline.run(PipelineBench::kNow, outlet);
    const auto after = allocations();
    EXPECT_TRUE(taken);
    return after - before;
  }

  PipelineBench bench_;
  std::vector<Shard*> shards_;
  std::vector<std::string> texts_;
  std::int64_t offset_ = 0;
};

TEST_F(AllocationTest, a_batch_takes_its_blocks_and_nothing_for_a_row) {
  Drain drain;
  // Buffers grow to the largest batch and stay: let each of them meet it.
  std::uint64_t warmed_up = 0;
  for (int i = 0; i < 4; ++i) {
    batch(kRows, 3, drain);
    batch(kRows, 1, drain);
    warmed_up += std::uint64_t{2} * kRows;
  }
  // Two of the three steps get something.
  EXPECT_EQ(batch(kRows, 1, drain), list_and_blocks(2));
  EXPECT_EQ(batch(kRows, 3, drain), 3 * list_and_blocks(2));
  EXPECT_EQ(batch(1, 1, drain), list_and_blocks(2)) << "one row costs as much as 512";
  EXPECT_EQ(batch(3, 3, drain), 3 * list_and_blocks(2));
  EXPECT_EQ(drain.rows, warmed_up + std::uint64_t{2} * kRows + 1 + 3);
}

TEST_F(AllocationTest, duplicates_are_told_without_the_heap_while_the_table_has_room) {
  // Its own bench: the horizon stands before the first shard is made.
  PipelineBench bench;
  bench.blueprint.dedupe_horizon = 3'600'000'000'000;
  bench.add_amount_rule();
  bench.add_step("store", {"id"});
  auto& shard = bench.shard(0);
  Drain drain;
  const auto batch = [&](std::int64_t first) {
    const auto before = allocations();
    for (int i = 0; i < 100; ++i) {
      bench.pipeline().add({texts_[static_cast<std::size_t>(i)],
                            {},
                            shard.partition(),
                            Offset{first + i},
                            PipelineBench::kRecordTime},
                           shard);
    }
    bench.pipeline().run(PipelineBench::kNow, drain);
    return allocations() - before;
  };
  batch(0);
  EXPECT_EQ(batch(100), list_and_blocks(0)) << "a hundred duplicates";
  EXPECT_EQ(bench.pipeline().counters().duplicates, 100u);
}

// The shard adds the list of what each step got, and now and then a page of its two queues.
TEST_F(AllocationTest, the_way_through_the_shard_takes_one_list_a_batch) {
  Delivery delivery;
  for (int i = 0; i < 30; ++i) batch(kRows, 1, delivery);
  constexpr std::uint64_t kBatches = 240;
  std::uint64_t taken = 0;
  for (std::uint64_t i = 0; i < kBatches; ++i) taken += batch(8, 1, delivery);
  const auto expected = kBatches * (list_and_blocks(2) + 1);
  EXPECT_GE(taken, expected);
  // A page of a deque holds at least ten entries of either queue.
  EXPECT_LE(taken, expected + 2 * kBatches / 10);
  EXPECT_EQ(shards_[0]->tracker().watermark(), shards_[0]->tracker().opened());
}

}  // namespace
}  // namespace assay::core
