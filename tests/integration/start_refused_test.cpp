// What a start is refused for, and what the person at the terminal reads: what, where, and how to
// go on. Nothing of a secret or a card number.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/integration/deployment.hpp"
#include "tests/plugins/sinks/sql/postgres_store.hpp"

namespace assay::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr int kRefused = 78;

class StartRefused : public ::testing::Test {
 protected:
  void SetUp() override {
    static const auto reason = servers_unavailable();
    if (reason) GTEST_SKIP() << *reason;
    deployment_.emplace("refused");
    deployment_->configure(store_only(deployment_->postgres_sink()));
  }

  [[nodiscard]] std::string store_only(const std::string& sink) const {
    return deployment_->whole(sink, "  main:\n    store: { sink: db, required: true }\n");
  }
  [[nodiscard]] static std::string sink_of(const PostgresServer& server,
                                           const std::string& password) {
    return "  db:\n    use: postgres\n    config: { host: \"" + server.host() +
           "\", port: " + server.port() + ", database: " + server.database() +
           ", user: assay_engine, password: \"" + password + "\" }\n";
  }

  // Starts it and expects that it ends by itself; what it said.
  std::string words_of_refusal() {
    const auto engine = deployment_->start();
    EXPECT_EQ(engine->wait(), kRefused);
    return engine->words();
  }

  std::optional<Deployment> deployment_;
};

TEST_F(StartRefused, a_database_without_tables_names_the_command_that_makes_them) {
  const PostgresServer empty;
  deployment_->configure(
      store_only(sink_of(empty, "${file:" + empty.engine_password_file().string() + "}")));
  EXPECT_THAT(words_of_refusal(), AllOf(HasSubstr("sink `db`"), HasSubstr("there are no tables"),
                                        HasSubstr("run `assay db migrate`"), HasSubstr("--> "),
                                        HasSubstr("assay.yaml:")));
}

TEST_F(StartRefused, tables_that_were_not_granted_name_the_command_that_grants) {
  PostgresServer half;
  sinks::PostgresStore store(half);
  const auto said = sinks::migrate(*store.sink(store.owner_settings()), 1);
  ASSERT_TRUE(said.done) << said.text;
  deployment_->configure(
      store_only(sink_of(half, "${file:" + half.engine_password_file().string() + "}")));
  EXPECT_THAT(words_of_refusal(),
              AllOf(HasSubstr("role assay_engine may not use the tables"),
                    HasSubstr("run `assay db migrate`"), HasSubstr("assay.yaml:")));
}

TEST_F(StartRefused, old_tables_name_the_command_that_brings_them_up) {
  ask("CREATE TABLE kept AS SELECT * FROM assay_schema_version WHERE version > 1");
  ask("DELETE FROM assay_schema_version WHERE version > 1");
  const auto words = words_of_refusal();
  ask("INSERT INTO assay_schema_version SELECT * FROM kept");
  ask("DROP TABLE kept");
  EXPECT_THAT(words, AllOf(HasSubstr("version 1, this build needs 3 or later"),
                           HasSubstr("run `assay db migrate`"), HasSubstr("assay.yaml:")));
}

TEST_F(StartRefused, a_role_without_rights_is_told_which_and_how_it_gets_them) {
  ask("REVOKE INSERT ON transactions FROM assay_engine");
  const auto words = words_of_refusal();
  ask("GRANT INSERT ON transactions TO assay_engine");
  EXPECT_THAT(words, AllOf(HasSubstr("transactions"), HasSubstr("INSERT"),
                           HasSubstr("`assay db migrate`")));
}

TEST_F(StartRefused, a_wrong_password_is_not_repeated) {
  deployment_->configure(store_only(sink_of(postgres(), "hunter2-is-not-it")));
  EXPECT_THAT(words_of_refusal(),
              AllOf(HasSubstr("password"), Not(HasSubstr("hunter2")), HasSubstr("assay_engine")));
}

TEST_F(StartRefused, a_missing_plugin_names_the_folders_and_the_nearest_one) {
  deployment_->write("rules/extra.yaml",
                     "rule: extra\nversion: 1\nowner: t\nmode: live\nuse: large_amout\n");
  EXPECT_THAT(words_of_refusal(),
              AllOf(HasSubstr("there is no plugin `large_amout`"), HasSubstr("extra.yaml:5:6"),
                    HasSubstr("looked for large_amout.so in"), HasSubstr("`large_amount`")));
}

TEST_F(StartRefused, a_rule_that_wants_a_field_the_schema_lacks_says_which) {
  deployment_->write("rules/extra.yaml",
                     "rule: extra\nversion: 1\nowner: t\nmode: live\nuse: list\n"
                     "parameters: { field: merchnt, entries: [Bakery] }\n");
  EXPECT_THAT(words_of_refusal(),
              AllOf(HasSubstr("merchnt"), HasSubstr("extra.yaml:"), HasSubstr("`merchant`")));
}

TEST_F(StartRefused, a_list_with_a_bad_line_names_file_and_line) {
  deployment_->write("bad.list", "Bakery\nButcher, expires=someday\n");
  deployment_->write("rules/extra.yaml",
                     "rule: extra\nversion: 1\nowner: t\nmode: live\nuse: list\n"
                     "parameters: { field: merchant, file: ../bad.list }\n");
  EXPECT_THAT(words_of_refusal(), AllOf(HasSubstr("bad.list:2:"), HasSubstr("expires")));
}

TEST_F(StartRefused, a_list_with_a_card_number_in_clear_does_not_repeat_it) {
  deployment_->write("cards.list", "4111 1111 1111 1111\n");
  deployment_->write("rules/extra.yaml",
                     "rule: extra\nversion: 1\nowner: t\nmode: live\nuse: list\n"
                     "parameters: { field: card, file: ../cards.list }\n");
  EXPECT_THAT(words_of_refusal(),
              AllOf(HasSubstr("cards.list:1:"), HasSubstr("assay token"),
                    Not(HasSubstr("4111 1111 1111 1111")), Not(HasSubstr("4111111111111111"))));
}

TEST_F(StartRefused, unknown_and_repeated_keys_of_the_configuration_are_all_told_at_once) {
  deployment_->configure(store_only(deployment_->postgres_sink()) +
                         "dedup: { horizon: 1h }\nworkers: 1\nworkers: 2\n");
  EXPECT_THAT(words_of_refusal(),
              AllOf(HasSubstr("dedup"), HasSubstr("`dedupe`"), HasSubstr("workers")));
}

}  // namespace
}  // namespace assay::testing
