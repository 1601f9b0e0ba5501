// What a person sees of the command line: help, exit codes, the words of a refusal.
// ASSAY_UPDATE_GOLDEN=1 writes the expected files anew: read the difference before it is committed.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "tests/host/commands/program.hpp"
#include "tests/support/servers/temporary_folder.hpp"

namespace assay::testing {
namespace {

using ::testing::HasSubstr;
using Json = nlohmann::json;

const std::filesystem::path golden = ASSAY_GOLDEN_FOLDER;
const std::filesystem::path shipped = ASSAY_CONFIG_FOLDER;

std::string contents(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// Where the tree and the build are differs from machine to machine.
std::string without_places(std::string text) {
  const auto prefix = std::filesystem::path(ASSAY_BINARY).parent_path().parent_path();
  for (const auto& [place, name] :
       {std::pair{golden.string() + "/", std::string()}, {prefix.string(), "PREFIX"}}) {
    for (auto at = text.find(place); at != text.npos; at = text.find(place, at)) {
      text.replace(at, place.size(), name);
    }
  }
  return text;
}

TEST(command_line, without_a_command_it_says_that_one_is_needed) {
  const auto said = run_assay({});
  EXPECT_EQ(said.exit_code, 2);
  EXPECT_EQ(said.out, "");
  EXPECT_THAT(said.err, HasSubstr("--help"));
}

TEST(command_line, of_every_command_fails_where_its_answer_cannot_be_written) {
  const auto config = (shipped / "demo.yaml").string();
  const std::string commands[] = {"--help",
                                  "--version",
                                  "eval --help",
                                  "schema",
                                  "fields -c " + config,
                                  "features -c " + config,
                                  "test -c " + config,
                                  "validate --offline --merged -c " + config,
                                  "diff " + config + " " + config,
                                  "db print -c " + config,
                                  "produce --stdout --count 5",
                                  "produce --stdout --count 100000"};
  const TemporaryFolder folder;
  for (const auto& command : commands) {
    const auto line = std::string(ASSAY_BINARY) + " " + command + " > /dev/full 2> " +
                      std::string(folder / "err");
    const auto status = std::system(line.c_str());
    EXPECT_EQ(WEXITSTATUS(status), 74) << command;
    const auto words = contents(std::string(folder / "err"));
    const std::string expected = "assay: standard output cannot be written";
    ASSERT_NE(words.find(expected), words.npos) << command << ": " << words;
    EXPECT_EQ(words.find(expected, words.find(expected) + 1), words.npos) << "once";
  }
}

TEST(explain, makes_no_file_where_nothing_was_stored) {
  const TemporaryFolder folder;
  std::ofstream(folder / "assay.yaml")
      << "sinks: { store: { use: sqlite, config: { file: assay.db } } }\n"
         "chains: { main: { store: { sink: store, required: true } } }\n";
  const auto said = run_assay({"explain", "t-1", "-c", folder / "assay.yaml"});
  EXPECT_EQ(said.exit_code, 78);
  EXPECT_THAT(said.err, HasSubstr("assay.db: nothing has been stored in it yet"));
  EXPECT_FALSE(std::filesystem::exists(std::string(folder / "assay.db")));
}

TEST(command_line, names_the_command_that_was_meant) {
  const auto said = run_assay({"vaildate"});
  EXPECT_EQ(said.exit_code, 2);
  EXPECT_EQ(said.err, "assay: `vaildate` is no command; did you mean `validate`?\n");
}

TEST(command_line, refuses_an_option_that_does_not_exist) {
  EXPECT_EQ(run_assay({"run", "--no-such-option"}).exit_code, 2);
  EXPECT_EQ(run_assay({"validate", "-c", "a.yaml", "--format", "xml"}).exit_code, 2);
}

class Help : public ::testing::TestWithParam<std::vector<std::string>> {};

TEST_P(Help, has_an_example) {
  auto arguments = GetParam();
  arguments.emplace_back("--help");
  const auto said = run_assay(arguments);
  EXPECT_EQ(said.exit_code, 0);
  EXPECT_THAT(said.out, HasSubstr("Example"));
  EXPECT_TRUE(said.out.ends_with('\n'));
}

INSTANTIATE_TEST_SUITE_P(
    commands, Help,
    ::testing::Values(std::vector<std::string>{}, std::vector<std::string>{"run"},
                      std::vector<std::string>{"validate"}, std::vector<std::string>{"diff"},
                      std::vector<std::string>{"schema"}, std::vector<std::string>{"produce"},
                      std::vector<std::string>{"demo"}, std::vector<std::string>{"token"},
                      std::vector<std::string>{"db"}, std::vector<std::string>{"db", "migrate"},
                      std::vector<std::string>{"state"}, std::vector<std::string>{"state", "ls"},
                      std::vector<std::string>{"state", "verify"},
                      std::vector<std::string>{"dev-broker"}),
    [](const auto& one) {
      std::string name = "assay";
      for (const auto& word : one.param) name += "_" + word;
      std::replace(name.begin(), name.end(), '-', '_');
      return name;
    });

class Refusal : public ::testing::TestWithParam<std::string> {};

TEST_P(Refusal, shows_the_place_and_the_advice) {
  const auto said = run_assay({"validate", "--offline", "-c", golden / (GetParam() + ".yaml")});
  EXPECT_EQ(said.exit_code, 78);
  EXPECT_EQ(said.out, "");
  const auto shown = without_places(said.err);
  const auto expected = golden / (GetParam() + ".expected");
  if (std::getenv("ASSAY_UPDATE_GOLDEN") != nullptr) std::ofstream(expected) << shown;
  EXPECT_EQ(shown, contents(expected));
  EXPECT_NE(shown, "");
}

INSTANTIATE_TEST_SUITE_P(configuration, Refusal,
                         ::testing::Values("missing_plugin", "unknown_field", "bad_condition",
                                           "bad_list_line"),
                         [](const auto& one) { return one.param; });

TEST(validate, writes_one_json_object_a_line_for_programs) {
  const auto said = run_assay(
      {"validate", "--offline", "--format", "json", "-c", golden / "missing_plugin.yaml"});
  EXPECT_EQ(said.exit_code, 78);
  std::istringstream lines(said.out);
  std::string line;
  ASSERT_TRUE(std::getline(lines, line));
  const auto fault = Json::parse(line);
  EXPECT_EQ(fault["code"], "AS2001");
  EXPECT_EQ(fault["line"], 4);
  EXPECT_FALSE(std::getline(lines, line));
}

TEST(validate, writes_one_line_a_fault_for_editors) {
  const auto said = run_assay(
      {"validate", "--offline", "--format", "short", "-c", golden / "bad_condition.yaml"});
  EXPECT_EQ(said.exit_code, 78);
  EXPECT_EQ(std::count(said.out.begin(), said.out.end(), '\n'), 1);
  EXPECT_THAT(said.out, HasSubstr("bad_condition.yaml:11:"));
}

TEST(validate, prints_the_merged_configuration_with_its_places) {
  const auto said = run_assay({"validate", "--offline", "--merged", "-c", shipped / "demo.yaml"});
  EXPECT_EQ(said.exit_code, 0) << said.err;
  EXPECT_THAT(said.out, HasSubstr("folder: mails"));
  EXPECT_THAT(said.out, HasSubstr("demo.yaml:"));
}

TEST(validate, tells_a_peer_that_is_away_from_a_fault) {
  const TemporaryFolder folder;
  const std::string key = folder / "card.key";
  std::ofstream(key) << "2b7e151628aed2a6abf7158809cf4f3c\n";
  std::ofstream(folder / "here.yaml")
      << "card: { key_file: " << key
      << " }\nsinks: { store: { config: { file: " << (folder / "assay.db").string()
      << " } }, mail: { config: { folder: " << (folder / "mails").string() << " } } }\n";
  const auto said = run_assay({"validate", "-c", shipped / "demo.yaml", "-c", folder / "here.yaml"},
                              {"ASSAY_BOOTSTRAP=127.0.0.1:1"});
  EXPECT_EQ(said.exit_code, 69) << said.err;
  EXPECT_THAT(said.err, HasSubstr("AS3001"));
  EXPECT_THAT(said.err, HasSubstr("127.0.0.1:1"));
}

TEST(run, refuses_what_validate_refuses) {
  const auto said = run_assay({"run", "-c", golden / "missing_plugin.yaml"});
  EXPECT_EQ(said.exit_code, 78);
  EXPECT_THAT(said.err, HasSubstr("AS2001"));
}

TEST(features, lists_what_is_kept_for_whom_and_at_what_price) {
  const auto said = run_assay({"features", "-c", golden / "names.yaml"});
  EXPECT_EQ(said.exit_code, 0) << said.err;
  EXPECT_EQ(said.out,
            "FEATURE                                               TYPE     READ BY\n"
            "count() by card over 10m                              int64    rule `tries`, rule "
            "`much`\n"
            "sum(amount) by merchant over 1d where status == \"ok\"  decimal  rule `much`\n"
            "\n"
            "KEY       KEPT            FEATURES  BYTES A KEY  BYTES AN EVENT\n"
            "card      by partition    1         64           4\n"
            "merchant  in the process  1         64           12\n");
}

TEST(features, is_json_for_programs) {
  const auto said = run_assay({"features", "-c", golden / "names.yaml", "--format", "json"});
  ASSERT_EQ(said.exit_code, 0) << said.err;
  const auto report = Json::parse(said.out);
  EXPECT_EQ(report["features"][0]["text"], "count() by card over 10m");
  EXPECT_EQ(report["features"][0]["names"], Json::array({"attempts"}));
  EXPECT_EQ(report["features"][0]["read_by"], Json::array({"rule `tries`", "rule `much`"}));
  EXPECT_EQ(report["stores"][0]["kept"], "partition");
  EXPECT_EQ(report["stores"][1]["key"], Json::array({"merchant"}));
  EXPECT_EQ(report["stores"][1]["kept"], "process");
}

TEST(fields, lists_what_a_rule_may_use_and_where_it_comes_from) {
  const auto said = run_assay({"fields", "-c", golden / "names.yaml"});
  EXPECT_EQ(said.exit_code, 0) << said.err;
  EXPECT_THAT(said.out, ::testing::StartsWith("NAME "));
  EXPECT_THAT(said.out, ::testing::ContainsRegex("\namount +decimal +message /amount\n"));
  EXPECT_THAT(said.out, ::testing::ContainsRegex("\ncard_last4 +text +message /card_number\n"));
  EXPECT_THAT(said.out, ::testing::ContainsRegex("\nlocal_hour +int64 +engine\n"));
  EXPECT_THAT(said.out,
              ::testing::ContainsRegex("\nattempts +int64 +feature count.. by card over 10m\n"));
  EXPECT_THAT(said.out, ::testing::Not(HasSubstr("decided_at"))) << "it exists after the rules";
}

TEST(fields, is_json_for_programs) {
  const auto said = run_assay({"fields", "-c", golden / "names.yaml", "--format", "json"});
  ASSERT_EQ(said.exit_code, 0) << said.err;
  const auto report = Json::parse(said.out);
  EXPECT_EQ(report.back()["name"], "spent");
  EXPECT_EQ(report.back()["type"], "decimal");
}

TEST(schema, is_json_and_knows_the_settings_of_every_plugin_that_ships) {
  const auto said = run_assay({"schema"});
  ASSERT_EQ(said.exit_code, 0) << said.err;
  const auto schema = Json::parse(said.out);
  EXPECT_EQ(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
  for (const auto* key : {"limits", "exceptions", "above", "match", "sslrootcert", "ca_file"}) {
    EXPECT_THAT(said.out, HasSubstr(std::string("\"") + key + "\"")) << "of a plugin";
  }
}

TEST(configurations, that_ship_all_load) {
  namespace fs = std::filesystem;
  const TemporaryFolder folder;  // there the secrets are that none of them may bring
  fs::copy(shipped, folder.path(), fs::copy_options::recursive);
  fs::create_directory(folder / "secrets");
  std::ofstream(folder / "secrets/database") << "sesame\n";
  int seen = 0;
  for (const auto& file : fs::directory_iterator(folder.path())) {
    if (file.path().extension() != ".yaml") continue;
    const auto said = run_assay({"validate", "--offline", "-c", file.path()});
    EXPECT_EQ(said.exit_code, 0) << file.path() << "\n" << said.err;
    EXPECT_THAT(said.err, ::testing::Not(HasSubstr("warning"))) << file.path();
    ++seen;
  }
  EXPECT_GE(seen, 2);
}

TEST(demo_command, says_where_the_real_servers_come_from) {
  const auto said = run_assay({"demo", "--real"}, {"ASSAY_SERVERS="});
  EXPECT_EQ(said.exit_code, 2);
  EXPECT_THAT(said.err, HasSubstr("./dev demo --real"));
}

class Db : public ::testing::Test {
 protected:
  Db() {
    std::ofstream(folder_ / "here.yaml")
        << "sinks: { store: { config: { file: " << (folder_ / "assay.db").string() << " } } }\n";
  }
  Said db(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "db");
    for (const std::string& file :
         {(shipped / "demo.yaml").string(), (folder_ / "here.yaml").string()}) {
      arguments.insert(arguments.end(), {"-c", file});
    }
    return run_assay(arguments);
  }
  TemporaryFolder folder_;
};

TEST_F(Db, prints_the_statements_of_the_tables) {
  const auto said = db({"print"});
  EXPECT_EQ(said.exit_code, 0) << said.err;
  EXPECT_THAT(said.out, HasSubstr("CREATE TABLE fraud_transactions"));
}

TEST_F(Db, says_the_version_for_programs) {
  const auto said = db({"status", "--format", "json"});
  EXPECT_EQ(said.exit_code, 0) << said.err;
  const auto status = Json::parse(said.out);
  EXPECT_EQ(status["sink"], "store");
  EXPECT_EQ(status["usable"], true);
  EXPECT_EQ(status["version"], status["newest"]);
}

TEST_F(Db, refuses_a_sink_without_tables) {
  const auto mail = db({"status", "--sink", "mail"});
  EXPECT_EQ(mail.exit_code, 2);
  EXPECT_THAT(mail.err, HasSubstr("owns no tables"));
  const auto none = db({"status", "--sink", "nowhere"});
  EXPECT_EQ(none.exit_code, 2);
  EXPECT_THAT(none.err, HasSubstr("those with tables: store"));
}

TEST_F(Db, does_nothing_that_nobody_has_confirmed) {
  const auto said = db({"maintain"});
  EXPECT_EQ(said.exit_code, 2);
  EXPECT_THAT(said.err, HasSubstr("--yes"));
  EXPECT_EQ(db({"maintain", "--yes"}).exit_code, 0);
  EXPECT_EQ(db({"maintain", "--ahead", "soon", "--yes"}).exit_code, 2);
}

}  // namespace
}  // namespace assay::testing
