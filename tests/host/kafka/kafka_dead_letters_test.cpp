#include "host/kafka/kafka_dead_letters.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <map>

#include "tests/host/kafka/kafka_fixture.hpp"
#include "tests/support/servers/kafka_server.hpp"

namespace assay::host {
namespace {

using namespace std::chrono_literals;
using testing::Hand;
using testing::KafkaServer;

auto soon() { return std::chrono::steady_clock::now() + testing::patience; }

std::unique_ptr<KafkaDeadLetters> open(const std::string& address, const std::string& topic) {
  auto letters = KafkaDeadLetters::open({.bootstrap = address,
                                         .topic = topic,
                                         .properties = {{"reconnect.backoff.max.ms", "200"}},
                                         .origin = {.group = "assay"},
                                         .log = {}});
  EXPECT_TRUE(letters) << letters.error().words;
  return letters ? std::move(*letters) : nullptr;
}

DeadLetter letter(int number) {
  return {.topic = "payments",
          .partition = {0},
          .offset = {number},
          .error_class = "decode",
          .code = "not_json",
          .value = std::to_string(number)};
}

std::map<std::string, int> count_by_text(const std::string& address, const std::string& topic,
                                         std::size_t count) {
  auto options = testing::consumer_options(address, topic);
  options.membership = Membership::none;
  auto consumer = Consumer::open(options);
  const std::vector<Position> all{{{0}, {}}};
  EXPECT_TRUE((*consumer)->start(all));
  std::map<std::string, int> counts;
  for (const auto& read : testing::read(**consumer, count)) ++counts[read.text];
  return counts;
}

TEST(kafka_dead_letters, survive_an_outage_of_the_broker_and_are_acknowledged_once_after_it) {
  if (const auto reason = KafkaServer::unavailable()) GTEST_SKIP() << *reason;
  KafkaServer server({.partitions = 1, .heap = "256m", .settings = {}});
  const auto letters = open(server.address(), "dead");
  std::atomic<int> acknowledged = 0;
  const auto send = [&](int from, int to) {
    for (int i = from; i < to; ++i) letters->send(letter(i), [&] { ++acknowledged; });
  };
  send(0, 50);
  ASSERT_TRUE(letters->flush(soon()));
  EXPECT_EQ(acknowledged, 50);

  server.kill();
  send(50, 100);
  const auto end = soon();
  while (!letters->trouble() && std::chrono::steady_clock::now() < end) std::this_thread::yield();
  EXPECT_TRUE(letters->trouble());
  EXPECT_EQ(letters->counters().pending, 50U);
  EXPECT_FALSE(letters->flush(std::chrono::steady_clock::now()));

  server.start_again();
  ASSERT_TRUE(letters->flush(soon()));
  EXPECT_EQ(acknowledged, 100);
  EXPECT_FALSE(letters->trouble());
  const auto counts = count_by_text(server.address(), "dead", 100);
  EXPECT_EQ(counts.size(), 100U) << "each of them, and none of them twice";
}

TEST(kafka_dead_letters, create_their_topic_where_the_broker_does_not) {
  if (const auto reason = KafkaServer::unavailable()) GTEST_SKIP() << *reason;
  const KafkaServer server(
      {.partitions = 1, .heap = "256m", .settings = {"auto.create.topics.enable=false"}});
  const auto letters = open(server.address(), "made.here");
  letters->send(letter(1), [] {});
  ASSERT_TRUE(letters->flush(soon()));
  EXPECT_GE(letters->counters().failed_attempts, 1U);
  EXPECT_EQ(count_by_text(server.address(), "made.here", 1).at("1"), 1);
}

TEST(kafka_dead_letters, send_the_beginning_of_a_value_that_the_broker_finds_too_large) {
  if (const auto reason = KafkaServer::unavailable()) GTEST_SKIP() << *reason;
  const KafkaServer server(
      {.partitions = 1, .heap = "256m", .settings = {"message.max.bytes=100000"}});
  const auto letters = open(server.address(), "dead");
  auto large = letter(1);
  large.value = std::string(300'000, 'x');
  letters->send(std::move(large), [] {});
  ASSERT_TRUE(letters->flush(soon()));
  EXPECT_EQ(count_by_text(server.address(), "dead", 1).begin()->first, std::string(16 << 10, 'x'));
}

TEST(kafka_dead_letters, end_at_once_with_the_process_and_leave_what_is_not_safe_unacknowledged) {
  const auto letters = KafkaDeadLetters::open({.bootstrap = "127.0.0.1:1", .topic = "dead"});
  ASSERT_TRUE(letters);
  (*letters)->send(letter(1), [] { ADD_FAILURE() << "nobody has it"; });
  EXPECT_FALSE((*letters)->flush(std::chrono::steady_clock::now() + 50ms));
}

}  // namespace
}  // namespace assay::host
