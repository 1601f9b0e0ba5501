// When the credentials of a section are looked for: without any broker.
#include <gtest/gtest.h>

#include <chrono>

#include "host/kafka/handles.hpp"
#include "host/kafka/sasl_renewal.hpp"

namespace assay::host {
namespace {

using namespace std::chrono_literals;

class SaslRenewalLooks : public ::testing::Test {
 protected:
  void SetUp() override {
    char why[256];
    auto* conf = rd_kafka_conf_new();
    rd_kafka_conf_set(conf, "log_level", "0", why, sizeof why);  // it has no broker, on purpose
    client.reset(rd_kafka_new(RD_KAFKA_PRODUCER, conf, why, sizeof why));
    ASSERT_TRUE(client) << why;
    static_cast<void>(renewal.begin(on_file));
  }

  KafkaProperties on_file{{"sasl.username", "engine"}, {"sasl.password", "f1rst"}};
  int looks = 0;
  KafkaHandle client;
  static constexpr auto between_looks = 200ms;
  SaslRenewal renewal{std::make_shared<KafkaSecrets>(
                          "source.kafka", on_file,
                          [this]() -> tl::expected<KafkaProperties, std::string> {
                            ++looks;
                            return on_file;
                          },
                          nullptr),
                      between_looks};
};

TEST_F(SaslRenewalLooks, at_once_where_a_broker_refuses_them) {
  renewal.hear(client.get(), RD_KAFKA_RESP_ERR__AUTHENTICATION);
  EXPECT_EQ(looks, 1);
  renewal.hear(client.get(), RD_KAFKA_RESP_ERR_SASL_AUTHENTICATION_FAILED);
  EXPECT_EQ(looks, 2);
}

TEST_F(SaslRenewalLooks, not_for_another_trouble_nor_without_one) {
  renewal.hear(client.get(), RD_KAFKA_RESP_ERR__TRANSPORT);
  renewal.tend(client.get());
  EXPECT_EQ(looks, 0);
}

TEST_F(SaslRenewalLooks, again_some_time_after_a_refusal_that_came_before_the_file) {
  const auto refused = std::chrono::steady_clock::now();
  renewal.hear(client.get(), RD_KAFKA_RESP_ERR__AUTHENTICATION);
  while (looks == 1 && std::chrono::steady_clock::now() < refused + 10s) {
    renewal.tend(client.get());
  }
  EXPECT_EQ(looks, 2);
  EXPECT_GE(std::chrono::steady_clock::now() - refused, between_looks)
      << "each turn of a loop must not read files";
}

TEST_F(SaslRenewalLooks, begin_a_new_client_with_what_is_known_by_then) {
  on_file["sasl.password"] = "s3cond";
  renewal.hear(client.get(), RD_KAFKA_RESP_ERR__AUTHENTICATION);
  EXPECT_EQ(renewal.begin({}).at("sasl.password"), "s3cond");
  renewal.tend(client.get());
  EXPECT_EQ(looks, 1) << "the new one has not been refused";
}

}  // namespace
}  // namespace assay::host
