// Test 32: passwords are rotated while the engine runs. It has the new one from its file, without a
// restart, and no password is anywhere where somebody might see it.
#include <gmock/gmock.h>

#include <set>

#include "tests/faults/bench.hpp"
#include "tests/integration/onlooker.hpp"
#include "tests/integration/oracle.hpp"
#include "tests/plugins/sinks/sql/postgres_store.hpp"

namespace assay::testing::faults {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr std::int64_t kRecords = 40'000;
constexpr std::int64_t kRecordsWithMails = 10'000;

class RotatedPassword : public FaultBench {
 protected:
  void SetUp() override {
    if (const auto reason = servers_unavailable()) GTEST_SKIP() << *reason;
    first_ = sinks::password_in(postgres().engine_password_file());
  }
  void TearDown() override {
    if (!first_.empty()) rotate_in_database(first_);
    FaultBench::TearDown();
  }

  static void rotate_in_database(const std::string& password) {
    as_superuser("ALTER ROLE assay_engine PASSWORD '" + password + "'");
  }
  static void end_sessions() {
    as_superuser(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'assay_engine'");
  }
  // As whatever keeps secrets does it: at once and whole.
  static void put(const Deployment& deployment, const std::string& file,
                  const std::string& password) {
    deployment.write(file + ".new", password + "\n");
    std::filesystem::rename(deployment.folder() / (file + ".new"), deployment.folder() / file);
  }
  static int times(const Engine& engine, const std::string& words) {
    const auto said = engine.words();
    int times = 0;
    for (auto at = said.find(words); at != said.npos; at = said.find(words, at + 1)) ++times;
    return times;
  }
  static std::string database_sink(const std::string& batch = {}) {
    const auto& server = postgres();
    return "  db:\n    use: postgres\n" + batch + "    config: { host: \"" + server.host() +
           "\", port: " + server.port() + ", database: " + server.database() +
           ", user: assay_engine, password: \"${file:db.password}\" }\n";
  }
  // In no page, in no line that was logged, in no command line and no environment.
  void expect_nowhere(const Engine& engine, const std::vector<std::string>& passwords) const {
    const auto process = "/proc/" + std::to_string(engine.process()) + "/";
    std::map<std::string, std::string> places{{"the log", engine.words()},
                                              {"cmdline", contents(process + "cmdline")},
                                              {"environ", contents(process + "environ")}};
    for (const auto* page : {"/config", "/status", "/metrics", "/readyz"}) {
      places[page] = onlooker_.get(page).body;
    }
    for (const auto& [place, text] : places) {
      EXPECT_NE(text, "") << place;
      for (const auto& password : passwords) {
        EXPECT_THAT(text, Not(HasSubstr(password))) << place;
      }
    }
  }

  Onlooker onlooker_;
  std::string first_;
};

TEST_F(RotatedPassword, of_the_database_halts_until_its_file_has_it_and_costs_nothing) {
  auto& deployment = deploy("rotation");
  deployment.produce(kRecords, seed());
  deployment.configure("memory: 8MiB\n" +
                       deployment.whole(database_sink("    batch: { rows: 50 }\n"),
                                        "  main:\n    store: { sink: db, required: true }\n"));
  put(deployment, "db.password", first_);
  const auto engine = deployment.start();
  ASSERT_TRUE(onlooker_.finds(*engine, deployment));
  ASSERT_TRUE(is_under_load(*engine, deployment));

  const std::string second = "r0tated-once-and-long";
  rotate_in_database(second);
  end_sessions();
  ASSERT_TRUE(says(*engine, "sink db halted, one try every 30 s"));
  EXPECT_THAT(engine->words(), HasSubstr("(28P01)"));
  EXPECT_EQ(sum_of(onlooker_.get("/metrics").body, "assay_sink_halted"), 1u);
  EXPECT_LT(deployment.stored(), produced(deployment)) << "it was done too early to show anything";
  put(deployment, "db.password", second);
  ASSERT_TRUE(says(*engine, "has changed and is used from now on"));
  ASSERT_TRUE(is_under_load(*engine, deployment));

  // Once more, the other way round: nobody has to wait for a probe.
  const std::string third = "r0tated-twice-and-long";
  put(deployment, "db.password", third);
  rotate_in_database(third);
  end_sessions();
  EXPECT_LT(deployment.stored(), produced(deployment)) << "it was done too early to show anything";
  ASSERT_TRUE(finished(*engine, deployment, produced(deployment)));
  EXPECT_EQ(times(*engine, "has changed and is used from now on"), 2);
  EXPECT_EQ(times(*engine, "sink db halted"), 1);
  expect_nowhere(*engine, {first_, second, third});
  EXPECT_EQ(engine->stop(), 0);
  EXPECT_EQ(out_of_order(deployment), 0);
  judge({.number = 32,
         .what = "the password of the database is rotated under load",
         .faults = "28P01, before and behind its file"});
}

TEST_F(RotatedPassword, of_the_mail_server_is_taken_by_the_outbox_and_repeats_no_mail) {
  const std::string before = "f1rst-of-the-mails";
  const std::string after = "s3cond-of-the-mails";
  auto& deployment = deploy("mailrotation");
  auto& server = deployment.smtp({.user = "bank", .password = before});
  deployment.produce(kRecordsWithMails, seed());
  const auto mail =
      "  mail:\n    use: smtp\n    config: { from: \"Bank <bank@example.com>\", desk: "
      "desk@example.com, host: \"" +
      server.host() + "\", port: " + std::to_string(server.port()) +
      ", tls: none, user: bank, password: \"${file:mail.password}\" }\n";
  deployment.configure(deployment.whole(database_sink() + mail, R"(  main:
    store: { sink: db, required: true }
    alert: { sink: mail, when: 'decision != "approve"', deferred: store, required: true }
)"));
  put(deployment, "db.password", first_);
  put(deployment, "mail.password", before);
  const auto engine = deployment.start();
  ASSERT_TRUE(onlooker_.finds(*engine, deployment));
  ASSERT_TRUE(engine->until([&] { return !server.mails().empty(); }));

  server.rotate_password(after);
  // Whoever wants to send has to log in again.
  server.answer("mail", "421 4.3.2 closing");
  ASSERT_TRUE(says(*engine, "sink mail (step main.alert) halted, one try every 30 s"));
  EXPECT_THAT(engine->words(), HasSubstr("(535)"));
  const auto waiting = "SELECT count(*) FROM assay_outbox WHERE group_id = '" + deployment.group() +
                       "' AND state IN ('pending', 'sending')";
  EXPECT_GT(ask_number(waiting), 0) << "it was done too early to show anything";
  ASSERT_TRUE(engine->until([&] { return deployment.committed() == kRecordsWithMails; }))
      << "what is deferred holds nothing up";
  server.answer_normally();
  put(deployment, "mail.password", after);
  ASSERT_TRUE(engine->until([&] { return ask_number(waiting) == 0; }));

  expect_nowhere(*engine, {first_, before, after});
  EXPECT_EQ(engine->stop(), 0);
  expect_mails(deployment, expected_of(deployment));
  std::set<std::string> mails;
  for (const auto& path : server.mails()) {
    EXPECT_TRUE(mails.insert(contents(path)).second) << "a mail came twice";
  }
  judge({.number = 32,
         .what = "the password of the mail server is rotated under load",
         .faults = "535 until its file has it"});
}

}  // namespace
}  // namespace assay::testing::faults
