// The kafka sink against librdkafka's mock cluster.
#include <gmock/gmock.h>

#include <chrono>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>

#include "tests/plugins/sinks/kafka/mock_cluster.hpp"
#include "tests/support/sink_driver/sink_driver.hpp"

namespace assay::testing::sinks {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;
using Json = nlohmann::json;

RecordedRow decision(std::int64_t offset) {
  RecordedRow row;
  row.fields = {{"transaction_id", "tx-" + std::to_string(offset)},
                {"timestamp", Time{1'789'999'000'120'000'000}},
                {"user_id", std::int64_t{42}},
                {"amount", Money{25'000'500}},
                {"merchant", std::string("Caf\xC3\xA9 \"x\"\\\n")},
                {"card", Token{0x1122334455667788, 0x99aabbccddeeff00}},
                {"card_last4", std::string("1234")},
                {"decision", std::string("decline")},
                {"score", 0.8},
                {"decided_at", Time{1'790'000'000'000'000'000}},
                {"record_offset", offset},
                {"id_reused", false},
                {"holder.name", std::string("Jo")}};
  RecordedVerdict hit;
  hit.rule = "amounts";
  hit.version = 7;
  hit.words = "2500.05 is over the limit";
  hit.evidence = {{"amount", Money{25'000'500}, "EUR"},
                  {"times", std::int64_t{3}, ""},
                  {"where", std::string("Faro"), ""}};
  RecordedVerdict shadow = hit;
  shadow.rule = "tried_out";
  shadow.mode = ASSAY_SHADOW;
  RecordedVerdict silent = hit;
  silent.answer = ASSAY_INCONCLUSIVE;
  row.verdicts = {hit, shadow, silent};
  return row;
}

RecordedBatch decisions(std::vector<RecordedRow> rows) {
  RecordedBatch batch;
  batch.step = "main.events";
  batch.partition = 3;
  batch.rows = std::move(rows);
  return batch;
}

Settings settings_of(const std::string& brokers, const Settings& more = {}) {
  Settings settings{{"brokers", brokers}, {"topic", "decisions"}};
  settings.insert(settings.end(), more.begin(), more.end());
  return settings;
}

std::unique_ptr<SinkDriver> kafka_sink(const std::string& brokers, const Settings& more = {}) {
  auto sink = std::make_unique<SinkDriver>(KAFKA_PLUGIN, settings_of(brokers, more));
  EXPECT_TRUE(sink->create()) << sink->refusal().message;
  EXPECT_EQ(sink->bind(ASSAY_DECISION), ASSAY_OK) << sink->refusal().message;
  return sink;
}

TEST(KafkaSink, sends_the_decision_with_its_transaction_and_reasons) {
  MockCluster cluster("decisions");
  const auto sink = kafka_sink(cluster.brokers());
  const auto status = sink->write(decisions({decision(5)})).at(0);
  EXPECT_TRUE(status.delivered()) << status.text;
  const auto arrived = cluster.wait_for(1);
  ASSERT_THAT(arrived, SizeIs(1));
  EXPECT_EQ(arrived[0].key, "42");
  EXPECT_EQ(arrived[0].record, "assay/main.events/transactions/3/5");
  const auto expected = Json::parse(R"({
    "format": 1,
    "record": {"topic": "transactions", "partition": 3, "offset": 5},
    "decision": "decline", "score": 0.8, "decided_at": "2026-09-21T14:13:20Z", "id_reused": false,
    "transaction": {
      "transaction_id": "tx-5", "timestamp": "2026-09-21T13:56:40.120Z", "user_id": 42,
      "amount": 2500.05, "merchant": "Caf\u00e9 \"x\"\\\n",
      "card": "112233445566778899aabbccddeeff00", "card_last4": "1234"},
    "reasons": [{"rule": "amounts", "version": 7, "reason": "amount_over_limit", "score": 0.8,
      "words": "2500.05 is over the limit",
      "evidence": {"amount": 2500.05, "times": 3, "where": "Faro"}}],
    "shadow_reasons": [{"rule": "tried_out", "version": 7, "reason": "amount_over_limit",
      "score": 0.8, "words": "2500.05 is over the limit",
      "evidence": {"amount": 2500.05, "times": 3, "where": "Faro"}}]})");
  EXPECT_EQ(Json::parse(arrived[0].value), expected);
}

TEST(KafkaSink, sends_the_fields_and_the_key_that_are_asked_for) {
  MockCluster cluster("decisions");
  const auto sink = kafka_sink(cluster.brokers(), {{"key", "transaction_id"},
                                                   {"fields.0", "amount"},
                                                   {"fields.1", "holder.name"},
                                                   {"properties.linger.ms", "0"}});
  auto anonymous = decision(6);
  anonymous.fields.erase("transaction_id");
  for (const auto& status : sink->write(decisions({decision(5), anonymous}))) {
    EXPECT_TRUE(status.delivered()) << status.text;
  }
  const auto arrived = cluster.wait_for(2);
  ASSERT_THAT(arrived, SizeIs(2));
  EXPECT_EQ(arrived[0].key, "tx-5");
  EXPECT_EQ(arrived[1].key, std::nullopt);
  EXPECT_EQ(Json::parse(arrived[0].value)["transaction"],
            Json::parse(R"({"amount": 2500.05, "holder.name": "Jo"})"));
}

TEST(KafkaSink, rejects_the_one_record_that_is_too_large) {
  MockCluster cluster("decisions");
  const auto sink = kafka_sink(cluster.brokers(), {{"properties.message.max.bytes", "20000"}});
  auto large = decision(6);
  large.fields["merchant"] = std::string(30'000, 'x');
  const auto statuses = sink->write(decisions({decision(5), large, decision(7)}));
  EXPECT_TRUE(statuses.at(0).delivered());
  EXPECT_EQ(statuses.at(1).outcome, ASSAY_REJECTED);
  EXPECT_EQ(statuses.at(1).error_class, ASSAY_CLASS_DATA);
  EXPECT_EQ(statuses.at(1).scope, ASSAY_SCOPE_RECORD);
  EXPECT_EQ(statuses.at(1).code, "MSG_SIZE_TOO_LARGE");
  EXPECT_TRUE(statuses.at(2).delivered());
  EXPECT_THAT(cluster.wait_for(2), SizeIs(2));
}

TEST(KafkaSink, blames_no_record_for_the_set_it_was_sent_in) {
  MockCluster cluster("decisions");
  const auto sink = kafka_sink(cluster.brokers(), {{"properties.linger.ms", "200"}});
  cluster.fail_produce(RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE, 1);
  for (const auto& status : sink->write(decisions({decision(5), decision(6)}))) {
    EXPECT_TRUE(status.delivered()) << status.text;
  }
}

TEST(KafkaSink, retries_while_the_broker_is_down_and_delivers_when_it_is_back) {
  MockCluster cluster("decisions");
  const auto sink = kafka_sink(cluster.brokers());
  cluster.go_down();
  const auto statuses =
      sink->write(decisions({decision(5), decision(6)}), std::chrono::milliseconds{500});
  for (const auto& status : statuses) {
    EXPECT_EQ(status.outcome, ASSAY_RETRY);
    EXPECT_EQ(status.error_class, ASSAY_CLASS_TRANSIENT);
  }
  EXPECT_EQ(sink->health(std::chrono::milliseconds{300}).error_class, ASSAY_CLASS_TRANSIENT);
  cluster.come_back();
  for (const auto& status : sink->write(decisions({decision(5), decision(6)}))) {
    EXPECT_TRUE(status.delivered()) << status.text;
  }
  // What was given up did not arrive beside its own repetition.
  EXPECT_THAT(cluster.wait_for(2), SizeIs(2));
}

TEST(KafkaSink, halts_where_it_may_not_write) {
  MockCluster cluster("decisions");
  const auto sink = kafka_sink(cluster.brokers());
  cluster.fail_produce(RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED, 1);
  const auto status = sink->write(decisions({decision(5)})).at(0);
  EXPECT_EQ(status.outcome, ASSAY_RETRY);
  EXPECT_EQ(status.error_class, ASSAY_CLASS_CONFIGURATION);
  EXPECT_EQ(status.code, "TOPIC_AUTHORIZATION_FAILED");
  const auto mended = sink->write(decisions({decision(5)})).at(0);
  EXPECT_TRUE(mended.delivered()) << mended.code << mended.text;
}

TEST(KafkaSink, takes_other_settings_with_its_next_message) {
  MockCluster before("decisions");
  MockCluster after("decisions");
  const auto sink = kafka_sink(before.brokers());
  ASSERT_TRUE(sink->write(decisions({decision(5)})).at(0).delivered());
  ASSERT_TRUE(sink->renew(settings_of(after.brokers())));
  ASSERT_TRUE(sink->write(decisions({decision(6)})).at(0).delivered());
  EXPECT_THAT(after.wait_for(1), SizeIs(1));
}

TEST(KafkaSink, keeps_its_settings_where_it_refuses_others_and_names_no_value) {
  MockCluster cluster("decisions");
  const auto sink = kafka_sink(cluster.brokers());
  EXPECT_FALSE(sink->renew(settings_of(cluster.brokers(), {{"properties.linger.ms", "s3cret"}})));
  EXPECT_THAT(sink->refusal().message, HasSubstr("linger.ms"));
  EXPECT_THAT(sink->refusal().message, Not(HasSubstr("s3cret")));
  EXPECT_TRUE(sink->write(decisions({decision(5)})).at(0).delivered());
}

TEST(KafkaSink, says_in_health_whether_the_topic_is_there) {
  MockCluster cluster("decisions");
  const auto sink = kafka_sink(cluster.brokers());
  EXPECT_TRUE(sink->health().delivered()) << sink->health().text;
  cluster.fail_topic(RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART);
  const auto status = sink->health();
  EXPECT_EQ(status.error_class, ASSAY_CLASS_CONFIGURATION);
  EXPECT_THAT(status.text, HasSubstr("decisions"));
}

TEST(KafkaSink, returns_soon_when_it_is_interrupted) {
  const auto sink = kafka_sink("127.0.0.1:1");
  std::atomic<bool> done{false};
  std::thread stopper([&] {
    // It may have to be said more than once: before the call begins it means nothing.
    while (!done) {
      sink->interrupt();
      std::this_thread::yield();
    }
  });
  const auto status = sink->write(decisions({decision(5)}), seconds{300}).at(0);
  done = true;
  stopper.join();
  EXPECT_EQ(status.error_class, ASSAY_CLASS_TRANSIENT);
}

TEST(KafkaSink, takes_decisions_only) {
  EXPECT_EQ(kafka_sink("127.0.0.1:1")->bind(ASSAY_HOLDER), ASSAY_NOT_WANTED);
}

TEST(KafkaSink, refuses_a_field_that_the_schema_has_not) {
  for (const Settings& wrong : {Settings{{"fields.0", "no_such"}}, Settings{{"key", "no_such"}}}) {
    Settings settings{{"brokers", "127.0.0.1:1"}, {"topic", "decisions"}};
    settings.insert(settings.end(), wrong.begin(), wrong.end());
    SinkDriver sink(KAFKA_PLUGIN, settings);
    ASSERT_TRUE(sink.create());
    EXPECT_EQ(sink.bind(ASSAY_DECISION), ASSAY_FAILED);
    EXPECT_THAT(sink.refusal().message, HasSubstr("no_such"));
  }
}

struct Wrong {
  Settings settings;
  const char* words;
};

class KafkaRefuses : public ::testing::TestWithParam<Wrong> {};

TEST_P(KafkaRefuses, a_configuration_that_cannot_work) {
  SinkDriver sink(KAFKA_PLUGIN, GetParam().settings);
  EXPECT_FALSE(sink.create());
  EXPECT_THAT(sink.refusal().message, HasSubstr(GetParam().words));
  EXPECT_THAT(sink.refusal().message, Not(HasSubstr("s3cret")));
}

INSTANTIATE_TEST_SUITE_P(
    Keys, KafkaRefuses,
    ::testing::Values(
        Wrong{{{"topic", "t"}}, "brokers is missing"},
        Wrong{{{"brokers", "b:1"}}, "topic is missing"},
        Wrong{{{"brokers", "b:1"}, {"topic", "t"}, {"properties.no.such", "s3cret"}}, "no.such"},
        Wrong{{{"brokers", "b:1"}, {"topic", "t"}, {"properties.enable.idempotence", "false"}},
              "set by the sink"},
        Wrong{{{"brokers", "b:1"}, {"topic", "t"}, {"properties.sasl.password", "s3cret"}},
              "does not belong"},
        Wrong{{{"brokers", "b:1"},
               {"topic", "t"},
               {"properties.enable.ssl.certificate.verification", "false"}},
              "must be verified"}));

}  // namespace
}  // namespace assay::testing::sinks
