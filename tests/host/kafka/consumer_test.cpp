#include "host/kafka/consumer.hpp"

#include <gtest/gtest.h>

#include <mutex>

#include "tests/host/kafka/kafka_fixture.hpp"

namespace assay::host {
namespace {

using namespace std::chrono_literals;
using testing::consumer_options;
using testing::from_the_beginning;
using testing::Hand;
using testing::MockCluster;
using testing::next_event;
using testing::numbers;
using testing::poll_until;
using testing::read;
using testing::texts;
using Kind = AssignmentEvent::Kind;

constexpr const char* topic = "payments";

std::unique_ptr<Consumer> open(const ConsumerOptions& options) {
  auto consumer = Consumer::open(options);
  EXPECT_TRUE(consumer.has_value()) << consumer.error().words;
  return consumer ? std::move(*consumer) : nullptr;
}

// Without a group: what these tests look at has nothing to do with one.
std::unique_ptr<Consumer> open_alone(const MockCluster& cluster) {
  auto options = consumer_options(cluster.address(), topic);
  options.membership = Membership::none;
  return open(options);
}

TEST(consumer, gives_the_messages_of_each_partition_in_order_with_key_and_time) {
  const MockCluster cluster(topic, 2);
  Hand hand(cluster.address());
  hand.fill(topic, 0, 0, 300);
  hand.fill(topic, 1, 0, 200);
  const auto consumer = open_alone(cluster);
  const std::vector<Position> all{{{0}, {}}, {{1}, {150}}};
  ASSERT_TRUE(consumer->start(all));
  const auto reads = read(*consumer, 350);
  EXPECT_EQ(texts(reads, 0), numbers(0, 300));
  EXPECT_EQ(texts(reads, 1), numbers(150, 200));
  EXPECT_EQ(consumer->counters().messages, 350U);
  EXPECT_EQ(consumer->counters().out_of_order, 0U);
}

// A fetcher that finds the queue full sleeps, and is woken by a request while messages come.
TEST(consumer, reads_on_from_where_its_queue_was_full) {
  const MockCluster cluster(topic, 1);
  Hand hand(cluster.address());
  // In small batches, since a fetch gives a whole batch at least.
  for (int i = 0; i < 20'000; i += 500) hand.fill(topic, 0, i, i + 500);
  auto options = consumer_options(cluster.address(), topic);
  options.membership = Membership::none;
  options.properties["queued.min.messages"] = "1200";
  options.properties["fetch.message.max.bytes"] = "1000";
  const auto consumer = open(options);
  const std::vector<Position> all{{{0}, {}}};
  ASSERT_TRUE(consumer->start(all));
  EXPECT_EQ(texts(read(*consumer, 20'000), 0), numbers(0, 20'000));
}

TEST(consumer, gives_a_message_the_time_of_its_record_in_nanoseconds) {
  const MockCluster cluster(topic, 1);
  Hand(cluster.address()).fill(topic, 0, 0, 1);
  const auto consumer = open_alone(cluster);
  const std::vector<Position> all{{{0}, {}}};
  ASSERT_TRUE(consumer->start(all));
  std::optional<core::Message> message;
  const auto patience = std::chrono::steady_clock::now() + testing::patience;
  while (!message && std::chrono::steady_clock::now() < patience) message = consumer->poll(100ms);
  ASSERT_TRUE(message);
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  const auto day = std::chrono::nanoseconds(24h).count();
  EXPECT_NEAR(static_cast<double>(message->timestamp),
              static_cast<double>(std::chrono::nanoseconds(now).count()), static_cast<double>(day));
  EXPECT_EQ(message->payload, "0");
  EXPECT_TRUE(message->key.empty());
}

TEST(consumer, fetches_nothing_until_an_assignment_is_answered_and_stays_in_the_group) {
  const MockCluster cluster(topic, 2);
  Hand(cluster.address()).fill(topic, 0, 0, 10);
  auto options = consumer_options(cluster.address(), topic);
  options.properties["session.timeout.ms"] = "4000";
  const auto consumer = open(options);
  const auto event = next_event(*consumer);
  ASSERT_EQ(event.kind, Kind::assigned);
  ASSERT_EQ(event.partitions, (std::vector<core::PartitionId>{{0}, {1}}));

  // Longer than the session: the heartbeats go on without the answer.
  std::vector<testing::Read> early;
  const auto until = std::chrono::steady_clock::now() + 5s;
  ASSERT_TRUE(poll_until(
      *consumer, [&] { return std::chrono::steady_clock::now() > until; }, &early));
  EXPECT_TRUE(early.empty());
  EXPECT_FALSE(consumer->take_event()) << "the assignment was taken away meanwhile";

  ASSERT_TRUE(consumer->start(from_the_beginning(event)));
  EXPECT_EQ(texts(read(*consumer, 10), 0), numbers(0, 10));
}

TEST(consumer, resumes_in_a_new_process_exactly_where_it_committed) {
  const MockCluster cluster(topic, 1);
  Hand(cluster.address()).fill(topic, 0, 0, 100);
  const auto options = consumer_options(cluster.address(), topic);
  const std::vector<core::PartitionId> partitions{{0}};
  {
    const auto first = open(options);
    const auto event = next_event(*first);
    const auto nothing = first->committed(partitions, 5s);
    ASSERT_TRUE(nothing) << nothing.error().words;
    EXPECT_TRUE(nothing->empty());
    ASSERT_TRUE(first->start(from_the_beginning(event)));
    ASSERT_EQ(read(*first, 100).size(), 100U);
    const std::vector<Position> done{{{0}, {42}}};
    EXPECT_TRUE(first->commit_and_wait(done, 5s));
    EXPECT_EQ(first->counters().commits, 1U);
  }
  const auto second = open(options);
  ASSERT_EQ(next_event(*second).kind, Kind::assigned);
  const auto committed = second->committed(partitions, 5s);
  ASSERT_TRUE(committed) << committed.error().words;
  ASSERT_EQ(committed->at({0}), core::Offset{42});
  const std::vector<Position> there{{{0}, committed->at({0})}};
  ASSERT_TRUE(second->start(there));
  EXPECT_EQ(texts(read(*second, 58), 0), numbers(42, 100));
}

TEST(consumer, commits_behind_its_back_without_repeating_itself_and_never_what_is_not_its_own) {
  const MockCluster cluster(topic, 2);
  Hand(cluster.address()).fill(topic, 0, 0, 10);
  const auto consumer = open(consumer_options(cluster.address(), topic));
  next_event(*consumer);
  const std::vector<Position> only_one{{{0}, {}}};
  ASSERT_TRUE(consumer->start(only_one));
  const std::vector<Position> both{{{0}, {5}}, {{1}, {3}}};
  consumer->commit(both);
  ASSERT_TRUE(poll_until(*consumer, [&] { return consumer->counters().commits == 1; }));
  consumer->commit(both);  // nothing has advanced
  const std::vector<Position> further{{{0}, {7}}};
  EXPECT_TRUE(consumer->commit_and_wait(further, 5s));
  EXPECT_FALSE(consumer->commit_and_wait(both, 5s)) << "one of them is not ours";
  EXPECT_EQ(consumer->counters().commits, 2U);
  const std::vector<core::PartitionId> partitions{{0}, {1}};
  const auto committed = consumer->committed(partitions, 5s);
  ASSERT_TRUE(committed);
  EXPECT_EQ(*committed, (std::map<core::PartitionId, core::Offset>{{{0}, {7}}}));
}

TEST(consumer, says_a_commit_again_that_the_coordinator_could_not_take) {
  const MockCluster cluster(topic, 1);
  const auto consumer = open(consumer_options(cluster.address(), topic));
  ASSERT_TRUE(consumer->start(from_the_beginning(next_event(*consumer))));
  constexpr std::int16_t offset_commit = 8;
  rd_kafka_mock_push_request_errors(cluster.cluster(), offset_commit, 1,
                                    RD_KAFKA_RESP_ERR_INVALID_REQUIRED_ACKS);
  const std::vector<Position> done{{{0}, {1}}};
  EXPECT_TRUE(consumer->commit_and_wait(done, 10s));
  EXPECT_EQ(consumer->counters().commit_retries, 1U);
}

TEST(consumer, loses_nothing_over_pauses_in_mid_stream) {
  const MockCluster cluster(topic, 2);
  Hand hand(cluster.address());
  hand.fill(topic, 0, 0, 2'000);
  hand.fill(topic, 1, 0, 2'000);
  const auto consumer = open_alone(cluster);
  const std::vector<Position> all{{{0}, {}}, {{1}, {}}};
  ASSERT_TRUE(consumer->start(all));
  std::vector<testing::Read> reads;
  for (const std::size_t until : {500U, 1'100U, 2'900U}) {
    ASSERT_TRUE(poll_until(
        *consumer, [&] { return reads.size() >= until; }, &reads));
    consumer->pause();
    for (int i = 0; i < 5; ++i) EXPECT_FALSE(consumer->poll(20ms)) << "paused";
    consumer->resume();
  }
  ASSERT_TRUE(poll_until(
      *consumer, [&] { return reads.size() >= 4'000; }, &reads));
  EXPECT_EQ(texts(reads, 0), numbers(0, 2'000));
  EXPECT_EQ(texts(reads, 1), numbers(0, 2'000));
  EXPECT_EQ(consumer->counters().out_of_order, 0U);
}

TEST(consumer, stays_paused_over_a_new_start) {
  const MockCluster cluster(topic, 1);
  Hand(cluster.address()).fill(topic, 0, 0, 10);
  const auto consumer = open_alone(cluster);
  consumer->pause();
  const std::vector<Position> all{{{0}, {}}};
  ASSERT_TRUE(consumer->start(all));
  for (int i = 0; i < 10; ++i) EXPECT_FALSE(consumer->poll(20ms));
  consumer->resume();
  EXPECT_EQ(texts(read(*consumer, 10), 0), numbers(0, 10));
}

// A worker that is full when its partitions are taken away has room before they come back.
TEST(consumer, reads_on_where_it_was_paused_when_its_partitions_were_given_up) {
  const MockCluster cluster(topic, 1);
  Hand(cluster.address()).fill(topic, 0, 0, 20);
  const auto consumer = open_alone(cluster);
  const std::vector<Position> all{{{0}, {}}};
  ASSERT_TRUE(consumer->start(all));
  EXPECT_EQ(texts(read(*consumer, 10), 0), numbers(0, 10));
  consumer->pause();
  ASSERT_TRUE(consumer->release());
  consumer->resume();
  const std::vector<Position> again{{{0}, {10}}};
  ASSERT_TRUE(consumer->start(again));
  EXPECT_EQ(texts(read(*consumer, 10), 0), numbers(10, 20));
}

TEST(consumer, rewinds_one_partition_while_the_others_go_on) {
  const MockCluster cluster(topic, 2);
  Hand hand(cluster.address());
  hand.fill(topic, 0, 0, 1'000);
  hand.fill(topic, 1, 0, 1'000);
  const auto consumer = open_alone(cluster);
  const std::vector<Position> all{{{0}, {}}, {{1}, {}}};
  ASSERT_TRUE(consumer->start(all));
  auto reads = read(*consumer, 900);
  const auto before = texts(reads, 0);
  ASSERT_TRUE(consumer->rewind({{0}, {10}}));
  ASSERT_TRUE(poll_until(
      *consumer,
      [&] {
        return texts(reads, 0).size() + texts(reads, 1).size() == before.size() + 990 + 1'000;
      },
      &reads));
  const auto zero = texts(reads, 0);
  EXPECT_EQ(std::vector(zero.begin() + static_cast<std::ptrdiff_t>(before.size()), zero.end()),
            numbers(10, 1'000));
  EXPECT_EQ(texts(reads, 1), numbers(0, 1'000));
  EXPECT_EQ(consumer->counters().out_of_order, 0U);
}

TEST(consumer, reports_a_place_outside_the_log_and_goes_on_where_it_is_told) {
  const MockCluster cluster(topic, 1);
  Hand(cluster.address()).fill(topic, 0, 0, 10);
  const auto consumer = open_alone(cluster);
  const std::vector<Position> beyond{{{0}, {1'000}}};
  ASSERT_TRUE(consumer->start(beyond));
  std::optional<Gap> gap;
  ASSERT_TRUE(poll_until(*consumer, [&] { return (gap = consumer->take_gap()).has_value(); }));
  EXPECT_EQ(gap->partition, core::PartitionId{0});
  EXPECT_EQ(gap->wanted, core::Offset{1'000});
  EXPECT_EQ(gap->log.low, core::Offset{0});
  EXPECT_EQ(gap->log.high, core::Offset{10});
  ASSERT_TRUE(consumer->rewind({gap->partition, gap->log.low}));
  EXPECT_EQ(texts(read(*consumer, 10), 0), numbers(0, 10));
}

TEST(consumer, tells_of_a_broker_that_is_away_once_and_goes_on_when_it_is_back) {
  const MockCluster cluster(topic, 1);
  Hand hand(cluster.address());
  hand.fill(topic, 0, 0, 10);
  auto options = consumer_options(cluster.address(), topic);
  options.membership = Membership::none;
  std::mutex mutex;
  std::vector<std::string> warnings;
  int told_of_the_end = 0;
  options.log = [&](KafkaLogLevel level, std::string_view text) {
    const std::lock_guard lock(mutex);
    if (level == KafkaLogLevel::warning) warnings.emplace_back(text);
    told_of_the_end += text == "the brokers answer again" || text.ends_with(" arrive again");
  };
  const auto consumer = open(options);
  const std::vector<Position> all{{{0}, {}}};
  ASSERT_TRUE(consumer->start(all));
  ASSERT_EQ(read(*consumer, 10).size(), 10U);
  rd_kafka_mock_broker_set_down(cluster.cluster(), 1);
  ASSERT_TRUE(poll_until(*consumer, [&] { return consumer->counters().errors >= 3; }));
  EXPECT_TRUE(consumer->trouble());
  EXPECT_FALSE(consumer->fenced());
  rd_kafka_mock_broker_set_up(cluster.cluster(), 1);
  hand.fill(topic, 0, 10, 20);
  EXPECT_EQ(texts(read(*consumer, 10), 0), numbers(10, 20));
  EXPECT_FALSE(consumer->trouble());
  const std::lock_guard lock(mutex);
  EXPECT_LE(warnings.size(), 2U) << "one line for each kind of trouble";
  EXPECT_GE(warnings.size(), 1U);
  EXPECT_GE(told_of_the_end, 1);
}

TEST(consumer, knows_the_cluster_the_partitions_and_the_extent_of_the_log) {
  const MockCluster cluster(topic, 3);
  Hand(cluster.address()).fill(topic, 2, 0, 7);
  const auto consumer = open_alone(cluster);
  EXPECT_EQ(consumer->partition_count(topic, 5s), 3);
  const auto range = consumer->log_range({2}, 5s);
  ASSERT_TRUE(range) << range.error().words;
  EXPECT_EQ(range->low, core::Offset{0});
  EXPECT_EQ(range->high, core::Offset{7});
  const auto id = consumer->cluster_id(5s);
  ASSERT_TRUE(id) << id.error().words;
  EXPECT_FALSE(id->empty());
}

TEST(consumer, refuses_a_property_that_nobody_knows_before_it_contacts_anybody) {
  auto options = consumer_options("127.0.0.1:1", topic);
  options.properties["sesion.timeout.ms"] = "6000";
  const auto consumer = Consumer::open(options);
  ASSERT_FALSE(consumer);
  EXPECT_NE(consumer.error().words.find("no property `sesion.timeout.ms`"), std::string::npos);
  EXPECT_NE(consumer.error().words.find("did you mean `session.timeout.ms`?"), std::string::npos);
}

}  // namespace
}  // namespace assay::host
