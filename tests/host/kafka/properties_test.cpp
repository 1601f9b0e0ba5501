#include "host/kafka/properties.hpp"

#include <gtest/gtest.h>

#include <array>

namespace assay::host {
namespace {

TEST(kafka_properties, of_dead_letters_leave_out_what_only_consumers_know) {
  const auto all = dead_letter_properties(
      "broker:9092",
      {{"session.timeout.ms", "6000"}, {"fetch.wait.max.ms", "10"}, {"security.protocol", "ssl"}});
  EXPECT_FALSE(all.contains("session.timeout.ms"));
  EXPECT_FALSE(all.contains("fetch.wait.max.ms"));
  EXPECT_EQ(all.at("security.protocol"), "ssl");
}

TEST(kafka_properties, of_a_consumer_are_all_known_to_librdkafka) {
  KafkaHooks hooks;
  const auto conf = make_conf(consumer_properties({.bootstrap = "h:1",
                                                   .topic = "t",
                                                   .group = "g",
                                                   .membership = Membership::fixed,
                                                   .member = "m",
                                                   .worker = 2,
                                                   .properties = {},
                                                   .prefetch = 8 << 20,
                                                   .log = {}}),
                              hooks);
  ASSERT_TRUE(conf) << conf.error().words;
  std::array<char, 64> value{};
  std::size_t size = value.size();
  ASSERT_EQ(rd_kafka_conf_get(conf->get(), "group.instance.id", value.data(), &size),
            RD_KAFKA_CONF_OK);
  EXPECT_STREQ(value.data(), "m-2");
}

TEST(kafka_properties, of_the_operator_lie_over_our_defaults_but_not_over_the_guarantees) {
  ConsumerOptions options{.bootstrap = "h:1", .topic = "t", .group = "g"};
  options.properties = {{"session.timeout.ms", "9000"},
                        {"auto.offset.reset", "latest"},
                        {"enable.auto.commit", "true"}};
  const auto all = consumer_properties(options);
  EXPECT_EQ(all.at("session.timeout.ms"), "9000");
  EXPECT_EQ(all.at("auto.offset.reset"), "error");
  EXPECT_EQ(all.at("enable.auto.commit"), "false");
  EXPECT_EQ(all.at("isolation.level"), "read_committed");
}

TEST(kafka_properties, size_the_local_queue_by_the_budget) {
  ConsumerOptions options{.bootstrap = "h:1", .topic = "t", .group = "g"};
  options.prefetch = 256 << 20;
  const auto large = consumer_properties(options);
  // Of what was measured at full speed: 400,000 messages and 128 MiB took 242 MB.
  EXPECT_GE(std::stoll(large.at("queued.min.messages")), 400'000);
  EXPECT_LE(std::stoll(large.at("queued.max.messages.kbytes")), 128 << 10);
  options.prefetch = 16 << 20;
  const auto small = consumer_properties(options);
  EXPECT_LE(std::stoll(small.at("queued.max.messages.kbytes")), 16 << 10);
}

// What was taken out of the queue together is as much as stood there, an answer comes on top, and
// one is held for its last message.
TEST(kafka_properties, keep_answers_and_queue_within_the_budget_together) {
  for (const Bytes mebibytes : {1, 3, 16, 64}) {
    ConsumerOptions options{.bootstrap = "h:1", .topic = "t", .group = "g"};
    options.prefetch = mebibytes << 20;
    const auto all = consumer_properties(options);
    const auto queue = std::stoll(all.at("queued.max.messages.kbytes")) << 10;
    const auto answer = std::stoll(all.at("fetch.max.bytes"));
    EXPECT_LE(2 * (queue + answer) + answer, options.prefetch) << mebibytes;
    KafkaHooks hooks;
    auto conf = make_conf(all, hooks);
    ASSERT_TRUE(conf);
    const auto client = make_client(RD_KAFKA_CONSUMER, std::move(*conf));
    ASSERT_TRUE(client) << client.error().words;
    // As librdkafka has it in the end.
    std::array<char, 32> value{};
    std::size_t size = value.size();
    rd_kafka_conf_get(rd_kafka_conf(client->get()), "fetch.max.bytes", value.data(), &size);
    EXPECT_EQ(std::stoll(value.data()), answer) << mebibytes;
  }
}

TEST(kafka_properties, set_the_queues_back_off_only_where_librdkafka_knows_it) {
  const auto all = consumer_properties({.bootstrap = "h:1", .topic = "t", .group = "g"});
  EXPECT_EQ(all.contains("fetch.queue.backoff.ms"), rd_kafka_version() >= 0x02020000);
}

TEST(kafka_properties, of_dead_letters_are_durable_whatever_the_operator_says) {
  KafkaHooks hooks;
  const auto all = dead_letter_properties(
      "h:1", {{"acks", "0"}, {"message.timeout.ms", "10"}, {"linger.ms", "1"}});
  EXPECT_EQ(all.at("acks"), "all");
  EXPECT_EQ(all.at("message.timeout.ms"), "0");
  EXPECT_EQ(all.at("linger.ms"), "1");
  EXPECT_TRUE(make_conf(all, hooks));
}

TEST(kafka_properties, that_are_wrong_are_named_with_the_reason) {
  KafkaHooks hooks;
  const auto unknown = make_conf({{"fetch.wait.max", "1"}}, hooks);
  ASSERT_FALSE(unknown);
  EXPECT_NE(unknown.error().words.find("has no property `fetch.wait.max`"), std::string::npos)
      << unknown.error().words;
  const auto wrong = make_conf({{"session.timeout.ms", "soon"}}, hooks);
  ASSERT_FALSE(wrong);
  EXPECT_NE(wrong.error().words.find("`session.timeout.ms` is refused"), std::string::npos);
}

TEST(kafka_properties, never_show_a_secret) {
  KafkaHooks hooks;
  for (const char* name : {"sasl.jaas.config", "ssl.key.pem", "ssl.keystore.password",
                           "sasl.oauthbearer.client.secret", "sasl.pasword"}) {
    const auto conf = make_conf({{name, "hunter2"}, {"zzz", "hunter2"}}, hooks);
    ASSERT_FALSE(conf) << name;
    EXPECT_EQ(conf.error().words.find("hunter2"), std::string::npos) << conf.error().words;
  }
}

}  // namespace
}  // namespace assay::host
