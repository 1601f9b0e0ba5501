#include "host/kafka/kafka_secrets.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace assay::host {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class KafkaSecretsTest : public ::testing::Test {
 protected:
  tl::expected<KafkaProperties, std::string> on_file =
      KafkaProperties{{"sasl.username", "engine"}, {"sasl.password", "f1rst"}, {"debug", ""}};
  std::vector<std::string> said;
  KafkaSecrets secrets{"source.kafka", *on_file, [this] { return on_file; },
                       [this](KafkaLogLevel, std::string_view words) { said.emplace_back(words); }};
};

TEST_F(KafkaSecretsTest, change_once_for_everybody_who_looks) {
  EXPECT_EQ(secrets.look(), *on_file);
  EXPECT_THAT(said, IsEmpty());
  (*on_file)["sasl.password"] = "s3cond";
  EXPECT_EQ(secrets.look().at("sasl.password"), "s3cond");
  EXPECT_EQ(secrets.look().at("sasl.password"), "s3cond");
  EXPECT_EQ(secrets.known().at("sasl.password"), "s3cond");
  EXPECT_THAT(said, ElementsAre("source.kafka: a secret has changed and is used from now on"));
}

TEST_F(KafkaSecretsTest, stay_as_they_are_while_the_file_is_away_or_empty_and_that_is_told_once) {
  const auto before = *on_file;
  on_file = tl::unexpected(std::string("`password` cannot be read"));
  for (int i = 0; i < 2; ++i) EXPECT_EQ(secrets.look(), before);
  on_file = before;
  (*on_file)["sasl.password"] = "";
  for (int i = 0; i < 2; ++i) EXPECT_EQ(secrets.look(), before);
  EXPECT_THAT(said,
              ElementsAre("source.kafka keeps the secrets that it has: `password` cannot be read",
                          "source.kafka keeps the secrets that it has: the file of "
                          "`sasl.password` is empty"));
}

TEST_F(KafkaSecretsTest, say_that_what_a_living_client_cannot_take_needs_a_restart) {
  (*on_file)["ssl.key.password"] = "s3cond";
  static_cast<void>(secrets.look());
  static_cast<void>(secrets.look());
  EXPECT_THAT(said, ElementsAre("source.kafka: a property has changed that a Kafka client takes at "
                                "a start only: restart the engine"));
}

}  // namespace
}  // namespace assay::host
