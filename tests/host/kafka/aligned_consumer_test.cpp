// A consumer that reads its partitions in the order of event times.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <thread>

#include "host/kafka/consumer.hpp"
#include "tests/host/kafka/kafka_fixture.hpp"

namespace assay::host {
namespace {

using testing::Hand;
using testing::MockCluster;
using testing::numbers;
using testing::poll_until;
using testing::Read;
using testing::read;
using testing::texts;

constexpr const char* topic = "payments";
constexpr std::int64_t second = 1'000'000'000;

// Records are numbers: seconds, and so many more in each partition behind the first.
struct Clocks {
  std::int64_t apart = 0;
  [[nodiscard]] std::int64_t of(std::int32_t partition, std::string_view text) const {
    return (std::atoll(std::string(text).c_str()) + partition * apart) * second;
  }
};

std::shared_ptr<Pace> pace_of(std::size_t workers) {
  return std::make_shared<Pace>(workers, 10 * second);
}

std::unique_ptr<Consumer> open(const MockCluster& cluster, Clocks clocks,
                               std::shared_ptr<Pace> pace = pace_of(1), std::uint32_t worker = 0) {
  auto options = testing::consumer_options(cluster.address(), topic);
  options.membership = Membership::none;
  options.worker = worker;
  options.pace = std::move(pace);
  options.event_time = [clocks](const core::Message& message) {
    return clocks.of(message.partition.value, message.payload);
  };
  return std::move(Consumer::open(options).value());
}

const std::vector<Position> both{{{0}, {}}, {{1}, {}}};

TEST(aligned_consumer, reads_two_partitions_in_the_order_of_their_event_times) {
  const MockCluster cluster(topic, 2);
  Hand hand(cluster.address());
  hand.fill(topic, 1, 0, 3'000);
  hand.fill(topic, 0, 0, 3'000);
  constexpr Clocks clocks{1'000};  // the second begins a thousand seconds later
  const auto consumer = open(cluster, clocks);
  ASSERT_TRUE(consumer->start(both));
  const auto reads = read(*consumer, 6'000);
  EXPECT_EQ(texts(reads, 0), numbers(0, 3'000));
  EXPECT_EQ(texts(reads, 1), numbers(0, 3'000));
  // Where the next record of one is still on its way, the other may go on by the alignment.
  std::int64_t newest = 0;
  for (const auto& one : reads) {
    const auto time = clocks.of(one.partition, one.text);
    EXPECT_GE(time + 10 * second, newest) << one.partition << " " << one.text;
    newest = std::max(newest, time);
  }
  EXPECT_EQ(consumer->counters().out_of_order, 0U);
}

// A second lies between two records, so the worker's own pace is ten of them old when it would stop
// for it: a batch must not end there.
TEST(aligned_consumer, goes_on_within_a_batch_past_its_own_pace) {
  const MockCluster cluster(topic, 2);
  Hand hand(cluster.address());
  hand.fill(topic, 0, 0, 1'000);
  hand.fill(topic, 1, 0, 1'000);
  const auto consumer = open(cluster, {});
  ASSERT_TRUE(consumer->start(both));
  ASSERT_EQ(read(*consumer, 2).size(), 2U);
  constexpr std::chrono::milliseconds at_once{0};
  int taken = 2;
  int false_ends = 0;
  while (taken < 2'000) {
    if (consumer->poll(at_once)) {
      ++taken;
    } else if (consumer->poll(at_once)) {
      // Something came in between, or it was there all along.
      ++taken;
      ++false_ends;
    } else {
      taken += static_cast<int>(read(*consumer, 1).size());
    }
  }
  // Every tenth record would be 180.
  EXPECT_LT(false_ends, 60);
}

TEST(aligned_consumer, is_held_back_by_no_partition_with_nothing_to_read) {
  const MockCluster cluster(topic, 2);
  Hand hand(cluster.address());
  hand.fill(topic, 0, 0, 1'000);
  const auto consumer = open(cluster, {});
  ASSERT_TRUE(consumer->start(both));
  EXPECT_EQ(texts(read(*consumer, 1'000), 0), numbers(0, 1'000));
  hand.fill(topic, 1, 0, 5);
  EXPECT_EQ(texts(read(*consumer, 5), 1), numbers(0, 5));
  EXPECT_EQ(consumer->held(), 0U);
}

TEST(aligned_consumer, reads_all_of_two_partitions_of_which_the_clocks_disagree_by_hours) {
  const MockCluster cluster(topic, 2);
  Hand hand(cluster.address());
  hand.fill(topic, 1, 0, 3'000);
  hand.fill(topic, 0, 0, 3'000);
  const auto consumer = open(cluster, {36'000});
  ASSERT_TRUE(consumer->start(both));
  const auto reads = read(*consumer, 6'000);
  EXPECT_EQ(texts({reads.begin(), reads.begin() + 3'000}, 0), numbers(0, 3'000));
  EXPECT_EQ(texts(reads, 1), numbers(0, 3'000));
  for (int i = 0; i < 5; ++i) {  // both go on, side by side, each on its own clock
    hand.fill(topic, 0, 3'000, 3'010);
    hand.fill(topic, 1, 3'000, 3'010);
    const auto more = read(*consumer, 20);
    EXPECT_EQ(texts(more, 0).size(), 10U);
    EXPECT_EQ(texts(more, 1).size(), 10U);
  }
}

TEST(aligned_consumer, loses_nothing_over_pauses_and_a_new_place) {
  const MockCluster cluster(topic, 2);
  Hand hand(cluster.address());
  hand.fill(topic, 0, 0, 2'000);
  hand.fill(topic, 1, 0, 2'000);
  const auto consumer = open(cluster, {});
  ASSERT_TRUE(consumer->start(both));
  std::vector<Read> reads = read(*consumer, 1'000);
  consumer->pause();
  for (int i = 0; i < 20; ++i) EXPECT_FALSE(consumer->poll(std::chrono::milliseconds(1)));
  consumer->resume();
  auto more = read(*consumer, 3'000);
  reads.insert(reads.end(), more.begin(), more.end());
  EXPECT_EQ(texts(reads, 0), numbers(0, 2'000));
  EXPECT_EQ(texts(reads, 1), numbers(0, 2'000));
  ASSERT_TRUE(consumer->rewind({{1}, {500}}));
  EXPECT_EQ(texts(read(*consumer, 1'500), 1), numbers(500, 2'000));
}

TEST(aligned_consumer, is_woken_by_a_message_that_comes_while_it_waits) {
  using Clock = std::chrono::steady_clock;
  const MockCluster cluster(topic, 2);
  Hand hand(cluster.address());
  hand.fill(topic, 0, 0, 1);
  const auto consumer = open(cluster, {});
  ASSERT_TRUE(consumer->start(both));
  EXPECT_EQ(read(*consumer, 1).size(), 1U);
  const auto start = Clock::now();
  std::jthread producer([&] { hand.fill(topic, 1, 0, 1); });
  std::optional<core::Message> message;
  while (!message && Clock::now() - start < testing::patience) {
    message = consumer->poll(testing::patience);
  }
  EXPECT_TRUE(message);
  EXPECT_LT(Clock::now() - start, testing::patience) << "it slept until its time was over";
}

TEST(aligned_consumer, waits_for_the_slower_one_of_another_worker) {
  const MockCluster cluster(topic, 2);
  Hand hand(cluster.address());
  hand.fill(topic, 0, 0, 100);
  hand.fill(topic, 1, 0, 100);
  const auto pace = pace_of(2);
  const auto slow = open(cluster, {3'600}, pace, 0);
  const auto fast = open(cluster, {3'600}, pace, 1);
  ASSERT_TRUE(slow->start(std::vector<Position>{{{0}, {}}}));
  ASSERT_TRUE(fast->start(std::vector<Position>{{{1}, {}}}));
  // While the slower one has records, the faster one gets none.
  int slow_reads = 0;
  std::vector<Read> early;
  EXPECT_TRUE(poll_until(
      *fast,
      [&] {
        if (slow->poll(std::chrono::milliseconds(5))) ++slow_reads;
        return slow_reads == 100;
      },
      &early));
  EXPECT_TRUE(early.empty());
  EXPECT_EQ(fast->held(), 1U);
  EXPECT_TRUE(poll_until(*slow, [&] { return pace->slowest() > 3'600 * second - 1; }));
  EXPECT_EQ(texts(read(*fast, 100), 1), numbers(0, 100));
  EXPECT_EQ(pace->passed_over(), 0U);
}

// What another has taken it may not have judged yet; it has when it looks for more.
TEST(aligned_consumer, goes_on_past_another_worker_only_when_that_one_has_ended_its_batch) {
  const MockCluster cluster(topic, 2);
  Hand hand(cluster.address());
  hand.fill(topic, 0, 0, 100);
  hand.fill(topic, 1, 0, 100);
  const auto pace = pace_of(2);
  const auto one = open(cluster, {}, pace, 0);
  const auto other = open(cluster, {}, pace, 1);
  ASSERT_TRUE(one->start(std::vector<Position>{{{0}, {}}}));
  // The first records may come alone: a batch that says something is one of many records.
  std::size_t began = 0;
  std::size_t taken = 0;
  while (taken <= 20) {
    began += taken;
    ASSERT_EQ(read(*one, 1).size(), 1U);
    taken = 1;
    while (one->poll(std::chrono::milliseconds(0))) ++taken;
  }
  ASSERT_TRUE(other->start(std::vector<Position>{{{1}, {}}}));
  std::vector<Read> others;
  ASSERT_TRUE(poll_until(
      *other, [&] { return other->held() > 0; }, &others));
  EXPECT_LE(others.size(), began + 11U) << "the alignment behind where the batch began";
  EXPECT_TRUE(poll_until(
      *other,
      [&] {
        (void)one->poll(std::chrono::milliseconds(1));
        return others.size() == 100;
      },
      &others));
}

// Its next partitions may be hours behind: what others judge meanwhile would miss their history.
TEST(aligned_consumer, is_waited_for_between_two_assignments) {
  const MockCluster cluster(topic, 2);
  const auto pace = pace_of(2);
  const auto consumer = open(cluster, {}, pace);
  ASSERT_TRUE(consumer->start(both));
  ASSERT_TRUE(poll_until(*consumer, [&] { return pace->slowest() == Lineup::nobody; }));
  ASSERT_TRUE(consumer->release());
  EXPECT_EQ(pace->slowest(), Lineup::unknown);
  ASSERT_TRUE(consumer->start(std::vector<Position>{}));
  EXPECT_EQ(pace->slowest(), Lineup::nobody) << "there is nothing to wait for";
  ASSERT_TRUE(consumer->release());
  consumer->close();
  EXPECT_EQ(pace->slowest(), Lineup::nobody);
}

// As a worker does whose sink is away and whose memory is full.
TEST(aligned_consumer, does_not_wait_for_ever_for_a_worker_that_stands_still) {
  const MockCluster cluster(topic, 2);
  Hand hand(cluster.address());
  hand.fill(topic, 0, 0, 100);
  hand.fill(topic, 1, 0, 100);
  const auto pace = std::make_shared<Pace>(2, 10 * second, std::chrono::milliseconds{500});
  const auto still = open(cluster, {3'600}, pace, 0);
  const auto other = open(cluster, {3'600}, pace, 1);
  ASSERT_TRUE(still->start(std::vector<Position>{{{0}, {}}}));
  ASSERT_TRUE(other->start(std::vector<Position>{{{1}, {}}}));
  std::vector<Read> reads;
  std::vector<Read> others;
  EXPECT_TRUE(poll_until(
      *still,
      [&] {
        EXPECT_FALSE(other->poll(std::chrono::milliseconds(1))) << "it is an hour ahead";
        return reads.size() == 1;
      },
      &reads));
  still->pause();
  EXPECT_TRUE(poll_until(
      *other,
      [&] {
        (void)still->poll(std::chrono::milliseconds(0));  // it serves the group and reads nothing
        return others.size() == 100;
      },
      &others));
  EXPECT_EQ(texts(others, 1), numbers(0, 100));
  EXPECT_EQ(pace->passed_over(), 1U);
  still->resume();
  const auto more = read(*still, 99);
  reads.insert(reads.end(), more.begin(), more.end());
  EXPECT_EQ(texts(reads, 0), numbers(0, 100));
  EXPECT_EQ(pace->passed_over(), 1U);
}

}  // namespace
}  // namespace assay::host
