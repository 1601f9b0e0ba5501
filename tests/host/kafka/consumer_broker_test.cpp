// The consumer against a real broker: what the mock cluster does not know.
#include <gtest/gtest.h>

#include <atomic>

#include "host/kafka/consumer.hpp"
#include "tests/host/kafka/kafka_fixture.hpp"
#include "tests/support/servers/kafka_server.hpp"

namespace assay::host {
namespace {

using namespace std::chrono_literals;
using testing::consumer_options;
using testing::from_the_beginning;
using testing::Hand;
using testing::KafkaServer;
using testing::next_event;
using testing::numbers;
using testing::poll_until;
using testing::read;
using testing::texts;
using Kind = AssignmentEvent::Kind;

// One broker for all; each test has a topic and a group of its own.
class ConsumerAndBroker : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    if (!KafkaServer::unavailable()) server = std::make_unique<KafkaServer>();
  }
  static void TearDownTestSuite() { server.reset(); }
  void SetUp() override {
    if (!server) GTEST_SKIP() << KafkaServer::unavailable().value_or("");
  }

  static const std::string& address() { return server->address(); }
  static ConsumerOptions options_of(const std::string& topic) {
    auto options = consumer_options(address(), topic);
    options.group = topic;
    return options;
  }
  static ConsumerOptions static_options_of(const std::string& topic) {
    auto options = options_of(topic);
    options.membership = Membership::fixed;
    return options;
  }
  static std::unique_ptr<Consumer> open(const ConsumerOptions& options) {
    auto consumer = Consumer::open(options);
    EXPECT_TRUE(consumer.has_value()) << consumer.error().words;
    return consumer ? std::move(*consumer) : nullptr;
  }

  static std::unique_ptr<KafkaServer> server;
};
std::unique_ptr<KafkaServer> ConsumerAndBroker::server;

TEST_F(ConsumerAndBroker, restarts_as_a_static_member_without_a_rebalance_for_the_others) {
  const std::string topic = "restart";
  Hand hand(address());
  hand.create(topic, 2);
  auto options = static_options_of(topic);
  const auto other = open(options);
  options.worker = 1;
  auto mine = open(options);
  // Until both have one partition each.
  std::optional<AssignmentEvent> of_other;
  std::optional<AssignmentEvent> of_mine;
  const auto settle = [](Consumer& consumer, std::optional<AssignmentEvent>& last) {
    if (auto event = consumer.take_event()) {
      last = event;
      const auto positions = from_the_beginning(*event);
      EXPECT_TRUE(event->kind == Kind::assigned ? consumer.start(positions) : consumer.release());
    }
  };
  ASSERT_TRUE(poll_until(*other, [&] {
    EXPECT_FALSE(mine->poll(0ms));
    settle(*other, of_other);
    settle(*mine, of_mine);
    return of_other && of_mine && of_other->partitions.size() == 1 &&
           of_mine->partitions.size() == 1 && of_mine->kind == Kind::assigned &&
           of_other->kind == Kind::assigned;
  }));
  const auto rebalances = other->counters().rebalances;

  mine->close();
  mine = open(options);
  std::optional<AssignmentEvent> again;
  ASSERT_TRUE(poll_until(*mine, [&] {
    EXPECT_FALSE(other->poll(0ms));
    return (again = mine->take_event()).has_value();
  }));
  EXPECT_EQ(again->kind, Kind::assigned);
  EXPECT_EQ(again->partitions, of_mine->partitions);
  EXPECT_EQ(other->counters().rebalances, rebalances);
}

TEST_F(ConsumerAndBroker, fences_the_older_of_two_with_the_same_static_id) {
  const std::string topic = "fence";
  Hand hand(address());
  hand.create(topic, 1);
  const auto options = static_options_of(topic);
  const auto older = open(options);
  ASSERT_TRUE(older->start(from_the_beginning(next_event(*older))));
  const auto newer = open(options);
  ASSERT_TRUE(poll_until(*older, [&] {
    EXPECT_FALSE(newer->poll(0ms));
    return older->fenced().has_value();
  }));
  EXPECT_NE(older->fenced()->find("static id `host-0`"), std::string::npos) << *older->fenced();
  const auto event = older->take_event();
  ASSERT_TRUE(event);
  EXPECT_EQ(event->kind, Kind::lost);
  EXPECT_EQ(event->partitions, (std::vector<core::PartitionId>{{0}}));
  const std::vector<Position> late{{{0}, {1}}};
  EXPECT_FALSE(older->commit_and_wait(late, 1s)) << "its partitions are the other's";
  const auto host = older->rival_host(5s);
  ASSERT_TRUE(host) << host.error().words;
  ASSERT_TRUE(*host) << "the newer one is a member";
  EXPECT_NE((*host)->find("127.0.0.1"), std::string::npos) << **host;
  EXPECT_FALSE(newer->fenced());
}

TEST_F(ConsumerAndBroker, keeps_a_late_answer_valid_through_a_second_rebalance) {
  const std::string topic = "late";
  Hand hand(address());
  hand.create(topic, 2);
  hand.fill(topic, 0, 0, 20);
  hand.fill(topic, 1, 0, 20);
  const auto options = options_of(topic);
  const auto first = open(options);
  const auto event = next_event(*first);
  ASSERT_EQ(event.partitions.size(), 2U);
  // A second member joins while the first still prepares; the group waits for the answer.
  const auto second = open(options);
  const auto until = std::chrono::steady_clock::now() + 2s;
  ASSERT_TRUE(poll_until(*first, [&] {
    EXPECT_FALSE(second->poll(0ms));
    return std::chrono::steady_clock::now() > until;
  }));
  EXPECT_FALSE(first->take_event()) << "the rebalance waits behind the answer";
  EXPECT_FALSE(second->take_event());
  ASSERT_TRUE(first->start(from_the_beginning(event)));

  std::optional<AssignmentEvent> of_first;
  ASSERT_TRUE(poll_until(*first, [&] {
    EXPECT_FALSE(second->poll(0ms));
    return (of_first = first->take_event()).has_value();
  }));
  ASSERT_EQ(of_first->kind, Kind::revoked);
  ASSERT_TRUE(first->release());
  of_first.reset();
  std::optional<AssignmentEvent> of_second;
  ASSERT_TRUE(poll_until(*first, [&] {
    EXPECT_FALSE(second->poll(0ms));
    if (!of_first) of_first = first->take_event();
    if (!of_second) of_second = second->take_event();
    return of_first && of_second;
  }));
  ASSERT_EQ(of_first->kind, Kind::assigned);
  ASSERT_EQ(of_second->kind, Kind::assigned);
  ASSERT_TRUE(first->start(from_the_beginning(*of_first)));
  ASSERT_TRUE(second->start(from_the_beginning(*of_second)));
  EXPECT_EQ(texts(read(*first, 20), of_first->partitions.at(0).value), numbers(0, 20));
  EXPECT_EQ(texts(read(*second, 20), of_second->partitions.at(0).value), numbers(0, 20));
}

TEST_F(ConsumerAndBroker, hands_over_at_a_rebalance_what_was_committed_after_the_revocation) {
  Hand hand(address());
  const std::string topic = "handover";
  hand.create(topic, 2);
  hand.fill(topic, 0, 0, 50);
  hand.fill(topic, 1, 0, 50);
  const auto options = options_of("handover");
  const auto first = open(options);
  ASSERT_TRUE(first->start(from_the_beginning(next_event(*first))));
  ASSERT_EQ(read(*first, 100).size(), 100U);

  const auto second = open(options);
  std::optional<AssignmentEvent> event;
  ASSERT_TRUE(poll_until(*first, [&] {
    EXPECT_FALSE(second->poll(0ms));
    return (event = first->take_event()).has_value();
  }));
  ASSERT_EQ(event->kind, Kind::revoked);
  EXPECT_EQ(event->partitions.size(), 2U);
  // Drained: what is finished is still ours to say.
  const std::vector<Position> done{{{0}, {50}}, {{1}, {30}}};
  EXPECT_TRUE(first->commit_and_wait(done, 5s));
  ASSERT_TRUE(first->release());
  EXPECT_FALSE(first->commit_and_wait(done, 1s)) << "given up";

  std::optional<AssignmentEvent> of_first;
  std::optional<AssignmentEvent> of_second;
  ASSERT_TRUE(poll_until(*first, [&] {
    EXPECT_FALSE(second->poll(0ms));
    if (!of_first) of_first = first->take_event();
    if (!of_second) of_second = second->take_event();
    return of_first && of_second;
  }));
  ASSERT_EQ(of_first->partitions.size(), 1U);
  ASSERT_EQ(of_second->partitions.size(), 1U);
  EXPECT_NE(of_first->partitions, of_second->partitions);
  const auto committed = second->committed(of_second->partitions, 5s);
  ASSERT_TRUE(committed);
  EXPECT_EQ(committed->at(of_second->partitions[0]).value,
            of_second->partitions[0].value == 0 ? 50 : 30);
}

TEST_F(ConsumerAndBroker, reports_records_that_were_deleted_before_they_were_read) {
  const std::string topic = "expired";
  Hand hand(address());
  hand.create(topic, 1);
  hand.fill(topic, 0, 0, 100);
  hand.delete_before(topic, 0, 60);
  const auto consumer = open(options_of(topic));
  next_event(*consumer);
  const std::vector<Position> there{{{0}, {25}}};
  ASSERT_TRUE(consumer->start(there));
  std::optional<Gap> gap;
  std::vector<testing::Read> reads;
  ASSERT_TRUE(poll_until(
      *consumer, [&] { return (gap = consumer->take_gap()).has_value(); }, &reads));
  EXPECT_TRUE(reads.empty());
  EXPECT_EQ(gap->wanted, core::Offset{25});
  EXPECT_EQ(gap->log.low, core::Offset{60});
  EXPECT_EQ(gap->log.high, core::Offset{100});
  ASSERT_TRUE(consumer->rewind({{0}, gap->log.low}));
  EXPECT_EQ(texts(read(*consumer, 40), 0), numbers(60, 100));
}

TEST_F(ConsumerAndBroker, starts_a_fresh_partition_at_what_is_left_of_the_log) {
  const std::string topic = "fresh";
  Hand hand(address());
  hand.create(topic, 1);
  hand.fill(topic, 0, 0, 30);
  hand.delete_before(topic, 0, 20);
  const auto consumer = open(options_of(topic));
  ASSERT_TRUE(consumer->start(from_the_beginning(next_event(*consumer))));
  EXPECT_EQ(texts(read(*consumer, 10), 0), numbers(20, 30));
  EXPECT_FALSE(consumer->take_gap());
}

TEST_F(ConsumerAndBroker, knows_that_a_broker_is_back_that_has_nothing_to_give) {
  const std::string topic = "quiet";
  Hand hand(address());
  hand.create(topic, 1);
  auto options = static_options_of(topic);
  std::atomic<bool> told = false;
  options.log = [&](KafkaLogLevel, std::string_view text) {
    if (text == "the brokers answer again") told = true;
  };
  const auto consumer = open(options);
  ASSERT_TRUE(consumer->start(from_the_beginning(next_event(*consumer))));
  server->kill();
  ASSERT_TRUE(poll_until(*consumer, [&] { return consumer->trouble().has_value(); }));
  consumer->look_after_trouble();
  EXPECT_TRUE(consumer->trouble()) << "it is still away";
  server->start_again();
  EXPECT_TRUE(poll_until(*consumer, [&] {
    consumer->look_after_trouble();
    return !consumer->trouble();
  }));
  EXPECT_TRUE(told);
}

TEST_F(ConsumerAndBroker, loses_and_repeats_nothing_when_the_broker_dies_in_mid_stream) {
  const std::string topic = "outage";
  Hand hand(address());
  hand.create(topic, 2);
  hand.fill(topic, 0, 0, 3'000);
  hand.fill(topic, 1, 0, 3'000);
  auto options = static_options_of(topic);
  // A queue that holds only part of it: the rest is fetched after the outage.
  options.properties["queued.min.messages"] = "500";
  options.properties["fetch.message.max.bytes"] = "8192";
  const auto consumer = open(options);
  ASSERT_TRUE(consumer->start(from_the_beginning(next_event(*consumer))));
  auto reads = read(*consumer, 1'000);
  server->kill();
  ASSERT_TRUE(poll_until(
      *consumer, [&] { return consumer->counters().errors > 0; }, &reads));
  server->start_again();
  ASSERT_TRUE(poll_until(
      *consumer, [&] { return reads.size() >= 6'000; }, &reads));
  EXPECT_EQ(texts(reads, 0), numbers(0, 3'000));
  EXPECT_EQ(texts(reads, 1), numbers(0, 3'000));
  EXPECT_EQ(consumer->counters().out_of_order, 0U);
  const std::vector<Position> done{{{0}, {3'000}}, {{1}, {3'000}}};
  EXPECT_TRUE(consumer->commit_and_wait(done, 10s));
}

}  // namespace
}  // namespace assay::host
