#include "host/enrich/holder_feed.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <librdkafka/rdkafka_mock.h>

#include <chrono>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "tests/host/enrich/enrich_fixture.hpp"

namespace assay::host {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

// A broker inside the process, and a producer for it.
class MockKafka {
 public:
  MockKafka() {
    auto* conf = rd_kafka_conf_new();
    char reason[512];
    EXPECT_EQ(rd_kafka_conf_set(conf, "test.mock.num.brokers", "1", reason, sizeof reason),
              RD_KAFKA_CONF_OK);
    producer_.reset(rd_kafka_new(RD_KAFKA_PRODUCER, conf, reason, sizeof reason));
    cluster_ = rd_kafka_handle_mock_cluster(producer_.get());
  }

  std::string bootstrap() const { return rd_kafka_mock_cluster_bootstraps(cluster_); }
  void create(const std::string& topic, int partitions) {
    EXPECT_EQ(rd_kafka_mock_topic_create(cluster_, topic.c_str(), partitions, 1),
              RD_KAFKA_RESP_ERR_NO_ERROR);
  }
  // As if the topic were not there, until it is let in again.
  void answer(const std::string& topic, rd_kafka_resp_err_t error) {
    rd_kafka_mock_topic_set_error(cluster_, topic.c_str(), error);
  }
  void stop() { rd_kafka_mock_broker_set_down(cluster_, 1); }
  void go_on() { rd_kafka_mock_broker_set_up(cluster_, 1); }

  void send(const std::string& topic, std::int32_t partition, const std::string& key,
            const std::optional<std::string>& value) {
    void* const bytes = value ? const_cast<char*>(value->data()) : nullptr;
    const std::size_t size = value ? value->size() : 0;
    const auto error = rd_kafka_producev(
        producer_.get(), RD_KAFKA_V_TOPIC(topic.c_str()), RD_KAFKA_V_PARTITION(partition),
        RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY), RD_KAFKA_V_KEY(key.data(), key.size()),
        RD_KAFKA_V_VALUE(bytes, size), RD_KAFKA_V_END);
    EXPECT_EQ(error, RD_KAFKA_RESP_ERR_NO_ERROR);
  }
  void send_holder(std::int32_t partition, std::int64_t id, const std::string& email) {
    send("account_holders", partition, std::to_string(id), holder_json(id, email));
  }
  void flush() { EXPECT_EQ(rd_kafka_flush(producer_.get(), 20'000), RD_KAFKA_RESP_ERR_NO_ERROR); }

 private:
  KafkaHandle producer_;
  rd_kafka_mock_cluster_t* cluster_ = nullptr;  // belongs to the producer
};

class HolderFeedTest : public testing::Test {
 protected:
  HolderFeed::Options options() {
    HolderFeed::Options options;
    options.bootstrap = kafka_.bootstrap();
    options.topic = "account_holders";
    options.retry = 20ms;
    options.look_again = 50ms;
    options.log = [this](KafkaLogLevel, std::string_view words) {
      const std::lock_guard lock(mutex_);
      log_.append(words).append("\n");
    };
    return options;
  }
  std::unique_ptr<HolderFeed> start() {
    auto feed = HolderFeed::start(options(), *f_.holders);
    EXPECT_TRUE(feed) << feed.error().words;
    return std::move(*feed);
  }
  std::string log() {
    const std::lock_guard lock(mutex_);
    return log_;
  }
  static bool caught_up(const HolderFeed& feed) { return feed.wait_until_caught_up({}, 30s); }
  // The feed's own signal is the end of a wait; here any condition is.
  static bool eventually(const std::function<bool()>& holds) {
    for (const auto end = std::chrono::steady_clock::now() + 30s; !holds();) {
      if (std::chrono::steady_clock::now() > end) return false;
      std::this_thread::yield();
    }
    return true;
  }

  MockKafka kafka_;
  EnrichFixture f_;
  std::mutex mutex_;
  std::string log_;  // guarded by mutex_
};

TEST_F(HolderFeedTest, reads_all_partitions_to_their_end_and_then_follows) {
  kafka_.create("account_holders", 3);
  constexpr int holders = 300;
  for (int id = 0; id < holders; ++id) kafka_.send_holder(id % 3, id, "old@example.org");
  kafka_.send_holder(1, 1, "newer@example.org");
  kafka_.send("account_holders", 2, "2", std::nullopt);
  kafka_.flush();

  const auto feed = start();
  ASSERT_TRUE(caught_up(*feed));
  auto progress = feed->progress();
  EXPECT_TRUE(progress.topic_exists);
  EXPECT_EQ(progress.to_read, holders + 2u);
  EXPECT_EQ(progress.passed, progress.to_read);
  EXPECT_EQ(progress.upserts, holders + 1u);
  EXPECT_EQ(progress.tombstones, 1u);
  EXPECT_EQ(f_.holders->size().holders, holders - 1u);
  EXPECT_EQ(f_.email_of(1), "newer@example.org");
  EXPECT_EQ(f_.email_of(2), std::nullopt);

  kafka_.send_holder(0, 3, "changed@example.org");
  kafka_.send("account_holders", 1, "4", std::nullopt);
  kafka_.flush();
  EXPECT_TRUE(eventually(
      [&] { return f_.email_of(3) == "changed@example.org" && f_.email_of(4) == std::nullopt; }));
}

TEST_F(HolderFeedTest, counts_and_tells_what_it_cannot_read) {
  kafka_.create("account_holders", 1);
  kafka_.send_holder(0, 1, "a@example.org");
  kafka_.send("account_holders", 0, "1", R"({"user_id":1,"name":"Somebody"})");
  kafka_.send("account_holders", 0, "1", "");
  kafka_.send("account_holders", 0, "4556737586899855x", std::nullopt);
  kafka_.flush();

  const auto feed = start();
  ASSERT_TRUE(caught_up(*feed));
  EXPECT_EQ(feed->progress().undecodable, 3u);
  EXPECT_EQ(f_.email_of(1), "a@example.org");
  EXPECT_THAT(log(), HasSubstr("account_holders[0]@1 is no account holder"));
  EXPECT_THAT(log(), testing::Not(HasSubstr("@2 is no")));  // one in a while
  EXPECT_THAT(log(), testing::Not(HasSubstr("Somebody")));
  EXPECT_THAT(log(), testing::Not(HasSubstr("4556737586899855")));
}

TEST_F(HolderFeedTest, has_caught_up_with_an_empty_topic) {
  kafka_.create("account_holders", 2);
  const auto feed = start();
  ASSERT_TRUE(caught_up(*feed));
  EXPECT_TRUE(feed->progress().topic_exists);
  EXPECT_EQ(feed->progress().to_read, 0u);
}

TEST_F(HolderFeedTest, counts_a_missing_topic_as_empty_and_follows_it_once_it_appears) {
  kafka_.answer("account_holders", RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART);
  const auto feed = start();
  ASSERT_TRUE(caught_up(*feed));
  EXPECT_FALSE(feed->progress().topic_exists);
  EXPECT_THAT(log(), HasSubstr("does not exist yet"));

  kafka_.answer("account_holders", RD_KAFKA_RESP_ERR_NO_ERROR);
  kafka_.send_holder(0, 1, "a@example.org");
  kafka_.flush();
  EXPECT_TRUE(eventually([&] { return f_.email_of(1) == "a@example.org"; }));
  EXPECT_TRUE(feed->progress().topic_exists);
}

TEST_F(HolderFeedTest, waits_for_a_broker_that_is_away) {
  kafka_.create("account_holders", 1);
  kafka_.send_holder(0, 1, "a@example.org");
  kafka_.flush();
  kafka_.stop();
  const auto feed = start();
  EXPECT_TRUE(eventually([&] { return !feed->progress().trouble.empty(); }));
  EXPECT_FALSE(feed->caught_up());
  EXPECT_THAT(log(), HasSubstr("trying again"));

  kafka_.go_on();
  ASSERT_TRUE(caught_up(*feed));
  EXPECT_EQ(f_.email_of(1), "a@example.org");
  EXPECT_TRUE(eventually([&] { return feed->progress().trouble.empty(); }));
}

TEST_F(HolderFeedTest, is_not_caught_up_while_it_may_not_read) {
  kafka_.create("account_holders", 1);
  kafka_.answer("account_holders", RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED);
  const auto feed = start();
  EXPECT_TRUE(eventually([&] {
    return feed->progress().trouble.find("TOPIC_AUTHORIZATION_FAILED") != std::string::npos;
  }));
  EXPECT_FALSE(feed->caught_up());
}

TEST_F(HolderFeedTest, ends_a_wait_that_is_stopped) {
  kafka_.stop();
  const auto feed = start();
  std::stop_source stop;
  stop.request_stop();
  EXPECT_FALSE(feed->wait_until_caught_up(stop.get_token(), 30s));
}

TEST_F(HolderFeedTest, refuses_a_property_that_librdkafka_does_not_know) {
  auto wrong = options();
  wrong.properties["fetch.wait.max.mss"] = "1";
  const auto feed = HolderFeed::start(std::move(wrong), *f_.holders);
  ASSERT_FALSE(feed);
  EXPECT_THAT(feed.error().words, HasSubstr("fetch.wait.max.mss"));
}

}  // namespace
}  // namespace assay::host
