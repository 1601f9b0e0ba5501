// Mails by a server, and in a folder what the server rejects or is not there to take.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "tests/integration/deployment.hpp"
#include "tests/integration/onlooker.hpp"
#include "tests/integration/oracle.hpp"
#include "tests/integration/payments.hpp"
#include "tests/integration/topic.hpp"

namespace assay::testing {
namespace {

using ::testing::HasSubstr;

class FallbackTest : public ::testing::Test {
 protected:
  void SetUp() override {
    static const auto reason = servers_unavailable();
    if (reason) GTEST_SKIP() << *reason;
    deployment_.emplace("fallback");
    folder_ = deployment_->folder() / "kept";
    create_topic(kafka().address(), deployment_->topic(), 1);
    create_topic(kafka().address(), deployment_->holders(), 1);
    std::filesystem::create_directories(folder_);
    deployment_->configure(deployment_->whole(Deployment::postgres_sink() +
                                                  deployment_->smtp_sink() +
                                                  "  folder:\n    use: mail_folder\n    config: { "
                                                  "from: \"Bank <bank@example.com>\", desk: "
                                                  "desk@example.com, folder: " +
                                                  folder_.string() + " }\n",
                                              R"(  main:
    store: { sink: db, required: true }
    alert: { sink: mail, when: 'decision != "approve"', required: true, fallback: keep, fallback_after: 1s }
    keep: { sink: folder }
)"));
  }
  void TearDown() override {
    if (deployment_ && HasFailure()) std::cerr << deployment_->words();
  }

  // Payments that the desk is told of, one mail each.
  void produce_frauds(int count) {
    std::vector<OutgoingRecord> records;
    for (int i = 0; i < count; ++i, ++produced_) {
      records.push_back({payment({{"transaction_id", "tx-" + std::to_string(produced_)},
                                  {"user_id", produced_},
                                  {"amount", 5'000}}),
                         "7", -1});
    }
    produce_records(kafka().address(), deployment_->topic(), records);
  }
  // Transactions that mails are about.
  static std::set<std::string> told(const std::vector<std::filesystem::path>& mails) {
    std::set<std::string> ids;
    for (const auto& mail : mails) {
      const auto text = contents(mail);
      const auto at = text.find("tx-");
      if (at == std::string::npos) continue;
      const auto end = text.find_first_not_of("0123456789", at + 3);
      ids.insert(text.substr(at, end - at));
    }
    return ids;
  }
  std::set<std::string> by_server() { return told(deployment_->smtp().mails()); }
  [[nodiscard]] std::set<std::string> in_folder() const {
    std::vector<std::filesystem::path> mails;
    for (const auto& file : std::filesystem::directory_iterator(folder_)) {
      if (file.path().extension() == ".eml") mails.push_back(file.path());
    }
    return told(mails);
  }

  std::optional<Deployment> deployment_;
  std::filesystem::path folder_;
  int produced_ = 0;
};

TEST_F(FallbackTest, takes_what_is_rejected_and_what_an_outage_leaves_lying) {
  deployment_->smtp().answer("rcpt:desk@example.com", "550 5.1.1 no such desk");
  produce_frauds(10);
  const auto engine = deployment_->start();
  Onlooker onlooker;
  ASSERT_TRUE(onlooker.finds(*engine, *deployment_));
  ASSERT_TRUE(engine->until([&] { return deployment_->committed() == 10; }));
  EXPECT_EQ(in_folder().size(), 10U) << "rejected by the server";
  EXPECT_TRUE(by_server().empty());

  deployment_->smtp().answer_normally();
  produce_frauds(10);
  ASSERT_TRUE(engine->until([&] { return deployment_->committed() == 20; }));
  EXPECT_EQ(by_server().size(), 10U);
  EXPECT_EQ(in_folder().size(), 10U);

  deployment_->smtp().stop();
  produce_frauds(10);
  ASSERT_TRUE(engine->until([&] { return deployment_->committed() == 30; }))
      << "the folder takes them";
  EXPECT_EQ(in_folder().size(), 20U);
  EXPECT_THAT(deployment_->words(), HasSubstr("sink mail is still away"));
  EXPECT_TRUE(onlooker.is_ready()) << onlooker.get("/readyz").body;
  EXPECT_THAT(onlooker.get("/readyz").body, HasSubstr("(fallbacks take its records)"));

  deployment_->smtp().start_again();
  // One batch is tried whenever a try is due: until one succeeds the folder goes on taking them.
  ASSERT_TRUE(engine->until([&] {
    produce_frauds(1);
    return by_server().size() > 10;
  }));
  ASSERT_TRUE(engine->until([&] { return deployment_->committed() == produced_; }));
  EXPECT_EQ(engine->stop(), 0);
  EXPECT_EQ(static_cast<int>(by_server().size() + in_folder().size()), produced_);
  EXPECT_EQ(length_of_topic(kafka().address(), deployment_->dead_letter_topic()), 0);
}

}  // namespace
}  // namespace assay::testing
