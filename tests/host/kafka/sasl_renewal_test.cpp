// A password is rotated while clients live: at a real broker, which asks for it.
#include "host/kafka/sasl_renewal.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>

#include "host/kafka/kafka_dead_letters.hpp"
#include "tests/faults/proxy.hpp"
#include "tests/host/kafka/kafka_fixture.hpp"
#include "tests/support/servers/kafka_server.hpp"

namespace assay::host {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using testing::Hand;
using testing::KafkaServer;
using testing::numbers;

KafkaProperties properties_with(const std::string& password) {
  return {{"security.protocol", "SASL_PLAINTEXT"},
          {"sasl.mechanisms", "SCRAM-SHA-256"},
          {"sasl.username", "engine"},
          {"sasl.password", password},
          {"reconnect.backoff.max.ms", "200"}};
}

// A broker, a way to it that can be cut, and what the configuration's files hold at the moment.
class SaslRenewalTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (const auto reason = KafkaServer::unavailable()) GTEST_SKIP() << *reason;
    server.emplace();
    server->set_password("engine", "f1rst");
    proxy.emplace(server->guarded_port(), server->guarded_proxy_port());
  }
  [[nodiscard]] std::string guarded() const {
    return "127.0.0.1:" + std::to_string(server->guarded_proxy_port());
  }
  // The file first, as it is usually done, or the broker first.
  void rotate(const std::string& password, bool file_first) {
    if (file_first) write(password);
    server->set_password("engine", password);
    proxy->reset();
    if (!file_first) write(password);
  }
  void write(const std::string& password) {
    const std::lock_guard lock(mutex);
    on_file = password;
  }

  std::optional<KafkaServer> server;
  std::optional<testing::Proxy> proxy;
  std::mutex mutex;
  std::string on_file = "f1rst";
  std::vector<std::string> said;  // of the section
  std::shared_ptr<KafkaSecrets> secrets = std::make_shared<KafkaSecrets>(
      "source.kafka", properties_with("f1rst"),
      [this]() -> tl::expected<KafkaProperties, std::string> {
        const std::lock_guard lock(mutex);
        return properties_with(on_file);
      },
      [this](KafkaLogLevel, std::string_view words) {
        const std::lock_guard lock(mutex);
        said.emplace_back(words);
      });
};

constexpr const char* kUsed = "source.kafka: a secret has changed and is used from now on";

TEST_F(SaslRenewalTest, is_taken_by_a_consumer_that_reads_on_where_it_was) {
  Hand hand(server->address());
  hand.create("rotated", 1);
  hand.fill("rotated", 0, 0, 100);
  auto options = testing::consumer_options(guarded(), "rotated");
  options.group = "rotated";
  for (const auto& [name, value] : properties_with("f1rst")) options.properties[name] = value;
  options.secrets = secrets;
  auto consumer = Consumer::open(options);
  ASSERT_TRUE(consumer) << consumer.error().words;
  ASSERT_TRUE((*consumer)->start(testing::from_the_beginning(testing::next_event(**consumer))));
  EXPECT_EQ(testing::texts(testing::read(**consumer, 100), 0), numbers(0, 100));
  rotate("s3cond", true);
  hand.fill("rotated", 0, 100, 200);
  ASSERT_EQ(testing::texts(testing::read(**consumer, 100), 0), numbers(100, 200));
  rotate("th1rd", false);
  hand.fill("rotated", 0, 200, 300);
  EXPECT_EQ(testing::texts(testing::read(**consumer, 100), 0), numbers(200, 300));
  EXPECT_THAT(said, ElementsAre(kUsed, kUsed));
}

TEST_F(SaslRenewalTest, is_taken_by_the_dead_letters_of_which_none_is_lost) {
  Hand(server->address()).create("rotated.dead", 1);
  auto letters = KafkaDeadLetters::open({.bootstrap = guarded(),
                                         .topic = "rotated.dead",
                                         .properties = properties_with("f1rst"),
                                         .secrets = secrets,
                                         .origin = {.group = "assay"},
                                         .log = {}});
  ASSERT_TRUE(letters) << letters.error().words;
  std::atomic<int> acknowledged = 0;
  const auto send = [&](int from, int to) {
    for (int i = from; i < to; ++i) {
      (*letters)->send({.topic = "payments", .offset = {i}, .value = std::to_string(i)},
                       [&] { ++acknowledged; });
    }
    return (*letters)->flush(std::chrono::steady_clock::now() + testing::patience);
  };
  ASSERT_TRUE(send(0, 10));
  rotate("s3cond", true);
  ASSERT_TRUE(send(10, 20));
  rotate("th1rd", false);
  ASSERT_TRUE(send(20, 30));
  EXPECT_EQ(acknowledged, 30);
  EXPECT_THAT(said, ElementsAre(kUsed, kUsed));
}

}  // namespace
}  // namespace assay::host
