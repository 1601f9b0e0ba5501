#include "plugins/sinks/kafka/kafka_class.hpp"

#include <gtest/gtest.h>

namespace {

using assay::kafka::ErrorClass;
using assay::kafka::kafka_class;

TEST(KafkaClass, blames_the_record_for_its_size_and_form_only) {
  EXPECT_EQ(kafka_class(RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE), ErrorClass::data);
  EXPECT_EQ(kafka_class(RD_KAFKA_RESP_ERR_INVALID_RECORD), ErrorClass::data);
}

TEST(KafkaClass, halts_on_what_no_retry_mends) {
  for (const auto error :
       {RD_KAFKA_RESP_ERR__AUTHENTICATION, RD_KAFKA_RESP_ERR__SSL,
        RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED, RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC,
        RD_KAFKA_RESP_ERR_TOPIC_EXCEPTION, RD_KAFKA_RESP_ERR_POLICY_VIOLATION}) {
    EXPECT_EQ(kafka_class(error), ErrorClass::configuration) << rd_kafka_err2name(error);
  }
}

TEST(KafkaClass, takes_everything_else_for_an_outage) {
  for (const auto error :
       {RD_KAFKA_RESP_ERR__TRANSPORT, RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN,
        RD_KAFKA_RESP_ERR__MSG_TIMED_OUT, RD_KAFKA_RESP_ERR__PURGE_INFLIGHT,
        RD_KAFKA_RESP_ERR__QUEUE_FULL, RD_KAFKA_RESP_ERR__FATAL,
        RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION, RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS,
        RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART, RD_KAFKA_RESP_ERR_UNKNOWN}) {
    EXPECT_EQ(kafka_class(error), ErrorClass::transient) << rd_kafka_err2name(error);
  }
  EXPECT_EQ(kafka_class(RD_KAFKA_RESP_ERR_NO_ERROR), ErrorClass::none);
}

}  // namespace
