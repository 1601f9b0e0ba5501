// Dead letters as a person handles them: found, looked at, put back after a mend, dropped; on a
// real broker and a real database, while the engine runs.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "tests/integration/deployment.hpp"
#include "tests/integration/payments.hpp"
#include "tests/integration/topic.hpp"

namespace assay::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using Json = nlohmann::json;

constexpr int kMany = 20'000;
constexpr int kBad = 10;
constexpr const char* kCard = "4111111111111111";  // that every payment of these tests has

class DlqTest : public ::testing::Test {
 protected:
  void SetUp() override {
    static const auto reason = servers_unavailable();
    if (reason) GTEST_SKIP() << *reason;
  }

  // A deployment whose topics are there.
  Deployment& deploy(const std::string& name, int partitions) {
    auto& deployment = deployment_.emplace(name);
    create_topic(kafka().address(), deployment.topic(), partitions);
    create_topic(kafka().address(), deployment.holders(), 1);
    deployment.configure_main_job();
    return deployment;
  }
  void TearDown() override {
    if (HasFailure() && deployment_) std::cerr << deployment_->words();
  }

  Ran say(std::vector<std::string> words) const {
    words.insert(words.begin(), "dlq");
    words.insert(words.end(), {"-c", deployment_->folder() / "assay.yaml"});
    auto ran = run_assay(words);
    EXPECT_THAT(ran.words, Not(HasSubstr(kCard)));
    return ran;
  }
  // The groups that `ls` finds.
  Json groups(std::vector<std::string> more = {}) const {
    more.insert(more.begin(), {"ls", "--format", "json"});
    const auto said = say(more);
    EXPECT_EQ(said.code, 0) << said.words;
    return Json::parse(said.words).at("groups");
  }
  std::int64_t rows(const std::string& which = "true") const {
    return ask_number("SELECT count(*) FROM transactions WHERE topic = '" + deployment_->topic() +
                      "' AND " + which);
  }
  std::int64_t letters() const {
    return length_of_topic(kafka().address(), deployment_->dead_letter_topic());
  }

  // Of what is stored from now on: rows of an earlier test may be there.
  static void refuse_forbidden() {
    ask("ALTER TABLE transactions ADD CONSTRAINT merchants CHECK (merchant <> 'Forbidden') NOT "
        "VALID");
  }

  std::optional<Deployment> deployment_;
};

TEST_F(DlqTest, ten_rows_that_the_database_refused_are_stored_once_after_a_mend) {
  auto& deployment = deploy("mend", 4);
  std::vector<OutgoingRecord> records;
  for (int i = 0; i < kMany; ++i) {
    // Large enough for a mail: the chain's second step has it in its first life and never again.
    const bool bad = i % (kMany / kBad) == 7;
    records.push_back({payment({{"transaction_id", "tx-" + std::to_string(i)},
                                {"user_id", i % 97},
                                {"amount", bad ? 2'500.0 : 12.5},
                                {"merchant", bad ? "Forbidden" : "Bakery"}}),
                       std::to_string(i % 97), -1});
  }
  produce_records(kafka().address(), deployment.topic(), records);
  refuse_forbidden();

  const auto engine = deployment.start();
  ASSERT_TRUE(engine->until([&] { return deployment.committed() == kMany; }));
  EXPECT_EQ(rows(), kMany - kBad);
  const auto mails = deployment.smtp().mails().size();
  EXPECT_GE(mails, static_cast<std::size_t>(kBad));

  const auto found = groups();
  ASSERT_EQ(found.size(), 1U) << found.dump(2);
  EXPECT_EQ(found[0]["step"], "main.store");
  EXPECT_EQ(found[0]["code"], "23514");
  EXPECT_EQ(found[0]["count"], kBad);
  EXPECT_THAT(found[0]["reason"].get<std::string>(), HasSubstr("transactions"));
  EXPECT_EQ(groups({"--code", "22001"}).size(), 0U);
  const auto& example = found[0]["example"];
  const auto position = std::to_string(example["partition"].get<int>()) + ":" +
                        std::to_string(example["offset"].get<std::int64_t>());
  const auto shown = say({"show", position});
  EXPECT_EQ(shown.code, 0);
  EXPECT_THAT(shown.words, AllOf(HasSubstr("step main.store"), HasSubstr("23514"),
                                 HasSubstr("Forbidden"), HasSubstr("\"card\":\"")));

  const auto rehearsed = say({"redrive", "--dry-run"});
  EXPECT_EQ(rehearsed.code, 0) << rehearsed.words;
  EXPECT_THAT(rehearsed.words, HasSubstr("10 would be redriven, 0 would be left"));
  EXPECT_EQ(length_of_topic(kafka().address(), deployment.topic()), kMany);
  EXPECT_EQ(groups()[0]["count"], kBad);

  ask("ALTER TABLE transactions DROP CONSTRAINT merchants");
  const auto redriven = say({"redrive", "--yes", "--code", "23514"});
  EXPECT_EQ(redriven.code, 0) << redriven.words;
  EXPECT_THAT(redriven.words, HasSubstr("10 redriven, 0 left"));
  EXPECT_EQ(groups().size(), 0U) << "none is open";
  ASSERT_TRUE(engine->until([&] { return deployment.committed() == kMany + kBad; }));
  EXPECT_EQ(rows(), kMany);
  EXPECT_EQ(rows("merchant = 'Forbidden' AND card_last4 = '1111'"), kBad);
  EXPECT_EQ(ask_number("SELECT count(DISTINCT transaction_id) FROM transactions WHERE topic = '" +
                       deployment.topic() + "'"),
            kMany);

  EXPECT_THAT(say({"redrive", "--yes"}).words, HasSubstr("no open dead letter is meant"));
  EXPECT_EQ(say({"show", position}).code, 0);
  EXPECT_THAT(say({"show", position}).words, HasSubstr("stands anew at"));
  EXPECT_EQ(engine->stop(), 0);
  EXPECT_THAT(deployment.words(), HasSubstr(" 0 dup"));
  EXPECT_EQ(deployment.smtp().mails().size(), mails) << "a step that had a record has it again";
  for (const auto& record : read_topic(kafka().address(), deployment.dead_letter_topic())) {
    std::string all = record.key + record.value;
    for (const auto& [name, value] : record.headers) all += value;
    EXPECT_THAT(all, Not(HasSubstr(kCard)));
  }
}

// The command dies after the record is written and before its letter is resolved: the next one
// writes it again, and the engine tells the repeat.
TEST_F(DlqTest, what_is_put_back_twice_is_stored_once) {
  auto& deployment = deploy("twice", 1);
  produce_records(kafka().address(), deployment.topic(),
                  {{payment({{"merchant", "Forbidden"}}), "7", -1}});
  refuse_forbidden();
  const auto engine = deployment.start();
  ASSERT_TRUE(engine->until([&] { return deployment.committed() == 1; }));
  ask("ALTER TABLE transactions DROP CONSTRAINT merchants");
  EXPECT_EQ(say({"redrive", "--yes"}).code, 0);
  // As if it had died: what it wrote is there a second time.
  const auto back = read_topic(kafka().address(), deployment.topic()).at(1);
  EXPECT_EQ(back.header("assay.redrive.attempt"), "1");
  EXPECT_EQ(back.header("assay.redrive.offset"), "0");
  EXPECT_EQ(back.header("assay.redrive.step"), "main.store");
  produce_records(kafka().address(), deployment.topic(),
                  {{back.value, back.key, -1, back.headers}});
  ASSERT_TRUE(engine->until([&] { return deployment.committed() == 3; }));
  EXPECT_EQ(rows(), 1);
  EXPECT_EQ(engine->stop(), 0);
  EXPECT_THAT(deployment.words(), HasSubstr(" 1 dup"));
}

TEST_F(DlqTest, what_did_not_decode_comes_back_once_the_configuration_reads_it) {
  auto& deployment = deploy("decode", 1);
  produce_records(
      kafka().address(), deployment.topic(),
      {{payment({{"transaction_id", "small"}}), "7", -1},
       {payment({{"transaction_id", "large"}, {"note", std::string(70'000, 'x')}}), "7", -1}});
  {
    const auto engine = deployment.start();
    ASSERT_TRUE(engine->until([&] { return deployment.committed() == 2; }));
    EXPECT_EQ(engine->stop(), 0);
  }
  EXPECT_EQ(rows(), 1);
  const auto found = groups({"--step", "decode"});
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0]["code"], "too_large");

  auto text = contents(deployment.folder() / "assay.yaml");
  text.replace(text.find("source:\n"), 8, "source:\n  max_message: 128 KiB\n");
  deployment.configure(text);
  EXPECT_EQ(say({"redrive", "--yes", "--step", "decode"}).code, 0);
  const auto engine = deployment.start();
  ASSERT_TRUE(engine->until([&] { return deployment.committed() == 3; }));
  EXPECT_EQ(rows("transaction_id = 'large'"), 1);
  EXPECT_EQ(rows(), 2);
  EXPECT_EQ(groups().size(), 0U);
}

TEST_F(DlqTest, a_record_that_fails_each_time_is_left_alone_until_somebody_insists_or_drops_it) {
  auto& deployment = deploy("loop", 1);
  produce_records(kafka().address(), deployment.topic(), {{"no json", "7", -1}});
  const auto engine = deployment.start();
  std::int64_t end = 1;
  const auto judged = [&] { return engine->until([&] { return deployment.committed() == end; }); };
  for (int attempt = 1; attempt <= 3; ++attempt, ++end) {
    ASSERT_TRUE(judged());
    const auto said = say({"redrive", "--yes"});
    EXPECT_EQ(said.code, 0) << said.words;
  }
  ASSERT_TRUE(judged());
  const auto refused = say({"redrive", "--yes"});
  EXPECT_EQ(refused.code, 1);
  EXPECT_THAT(refused.words, AllOf(HasSubstr("redriven 3 times"), HasSubstr("0 redriven, 1 left")));
  EXPECT_EQ(length_of_topic(kafka().address(), deployment.topic()), end);
  EXPECT_THAT(say({"show", "0:3"}).words, HasSubstr("3 times before"));
  EXPECT_EQ(say({"redrive", "--yes", "--force"}).code, 0);
  ++end;
  ASSERT_TRUE(judged());

  EXPECT_EQ(say({"drop", "--dry-run"}).code, 0);
  EXPECT_EQ(groups()[0]["open"], 1);
  const auto dropped = say({"drop", "--yes", "--note", "a test of somebody else"});
  EXPECT_EQ(dropped.code, 0) << dropped.words;
  EXPECT_EQ(groups().size(), 0U);
  EXPECT_EQ(groups({"--state", "all"})[0]["count"], 5);
  EXPECT_THAT(say({"show", "0:4"}).words, HasSubstr("a test of somebody else"));
}

TEST_F(DlqTest, says_that_there_are_none_and_what_it_does_not_understand) {
  deploy("none", 1);
  EXPECT_THAT(say({"ls"}).words, HasSubstr("no dead letters in topic none.dead"));
  const auto missing = say({"show", "0:1"});
  EXPECT_EQ(missing.code, 1);
  EXPECT_THAT(missing.words, HasSubstr("is about 0:1"));
  EXPECT_EQ(say({"show", "first"}).code, 2);
  EXPECT_EQ(say({"redrive", "--since", "yesterday"}).code, 2);
  EXPECT_EQ(letters(), 0);
}

}  // namespace
}  // namespace assay::testing
