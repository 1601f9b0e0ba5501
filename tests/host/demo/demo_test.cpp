// The whole of it, as a newcomer runs it: what goes in comes out, once.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <string>

#include "tests/host/commands/program.hpp"
#include "tests/support/servers/kafka_server.hpp"
#include "tests/support/servers/postgres_server.hpp"
#include "tests/support/servers/smtp_server.hpp"
#include "tests/support/servers/temporary_folder.hpp"

namespace assay::testing {
namespace {

using ::testing::HasSubstr;
using Json = nlohmann::json;

constexpr int kTransactions = 4'000;

void expect_whole(const Said& said) {
  ASSERT_EQ(said.exit_code, 0) << said.err;
  const auto json = Json::parse(said.out);
  EXPECT_EQ(json.size(), 10u);
  EXPECT_EQ(json["produced"], kTransactions + 6);
  EXPECT_EQ(json["dead_lettered"], 6);
  EXPECT_EQ(json["lost"], 0);
  EXPECT_EQ(json["decided"], kTransactions);
  EXPECT_EQ(json["transactions_rows"], kTransactions);
  EXPECT_GT(json["fraud_transactions_rows"], 0);
  EXPECT_GE(json["mails"], json["fraud_transactions_rows"]);
  EXPECT_GT(json["frauds_injected"], 0);
  EXPECT_GT(json["frauds_found"], 0);
  EXPECT_LE(json["frauds_found"], json["frauds_injected"]);
  EXPECT_EQ(json["frauds_found"].get<int>() + json["genuine_flagged"].get<int>(),
            json["fraud_transactions_rows"]);
}

Said demo(const std::filesystem::path& folder, std::vector<std::string> more = {},
          const std::vector<std::string>& environment = {}) {
  std::vector<std::string> words{"demo", "--count", std::to_string(kTransactions), "--keep",
                                 folder};
  words.insert(words.end(), more.begin(), more.end());
  return run_assay(words, environment);
}

TEST(demo, loses_nothing_on_the_embedded_parts) {
  const TemporaryFolder folder;
  expect_whole(demo(folder.path(), {"--format", "json"}));
}

TEST(demo, leaves_a_readable_folder_without_a_card_number_in_clear) {
  const TemporaryFolder folder;
  const auto said = demo(folder.path());
  ASSERT_EQ(said.exit_code, 0) << said.err;
  for (const auto* part : {"What happened", "Decisions", "Hits by rule", "Frauds found",
                           "One hit in words", "Look around"}) {
    EXPECT_THAT(said.out, HasSubstr(part));
  }
  EXPECT_THAT(said.err, HasSubstr(folder.path().string()));
  for (const auto* file : {"demo.yaml", "here.yaml", "rules/large_amount.yaml", "card.key",
                           "assay.db", "dead_letters.jsonl", "engine.log"}) {
    EXPECT_TRUE(std::filesystem::exists(folder / file)) << file;
  }
  for (const auto& file : std::filesystem::recursive_directory_iterator(folder.path())) {
    if (!file.is_regular_file()) continue;
    std::ifstream stream(file.path(), std::ios::binary);
    const std::string text(std::istreambuf_iterator<char>(stream), {});
    EXPECT_EQ(text.find("4111111111111111"), text.npos) << file.path();
  }
}

TEST(demo, refuses_a_folder_that_is_not_empty) {
  const TemporaryFolder folder;
  std::ofstream(folder / "mine") << "precious";
  const auto said = demo(folder.path());
  EXPECT_EQ(said.exit_code, 74);
  EXPECT_THAT(said.err, HasSubstr("is not empty"));
  EXPECT_EQ(said.out, "");
}

TEST(demo, refuses_more_than_the_mock_of_kafka_keeps) {
  const TemporaryFolder folder;
  const auto said = run_assay({"demo", "--count", "1000000", "--keep", folder.path()});
  EXPECT_EQ(said.exit_code, 1);
  EXPECT_THAT(said.err, HasSubstr("60 %"));
}

TEST(demo, loses_nothing_on_real_servers) {
  for (const auto& reason :
       {KafkaServer::unavailable(), PostgresServer::unavailable(), SmtpServer::unavailable()}) {
    if (reason) GTEST_SKIP() << *reason;
  }
  // Its path must be short enough for a socket's.
  const TemporaryFolder folder;
  const std::string scripts = std::string("ASSAY_SERVERS=") + ASSAY_SERVER_SCRIPTS;
  expect_whole(demo(folder.path(), {"--real", "--format", "json"}, {scripts}));
}

}  // namespace
}  // namespace assay::testing
