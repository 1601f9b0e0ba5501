// `assay cursor`: what a person sees of the cursors, and how they are moved.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>

#include "tests/host/commands/program.hpp"
#include "tests/support/servers/temporary_folder.hpp"

namespace assay::testing {
namespace {

using ::testing::HasSubstr;
using Json = nlohmann::json;

class CursorCommandTest : public ::testing::Test {
 protected:
  CursorCommandTest() {
    std::ofstream(folder_ / "assay.yaml") << R"(source: { topic: payments, group: tills }
sinks: { store: { use: sqlite, config: { file: store.db } } }
chains: { main: { keep: { sink: store, required: true } } }
)";
  }
  Said say(std::vector<std::string> words) const {
    words.insert(words.begin(), "cursor");
    words.insert(words.end(), {"-c", (folder_ / "assay.yaml").string()});
    return run_assay(words);
  }
  // As the engine left it; the tables are there once the sink was asked.
  void stand_at(std::int64_t next) const {
    ASSERT_EQ(say({"ls"}).exit_code, 0);
    sqlite3* database = nullptr;
    ASSERT_EQ(sqlite3_open((folder_ / "store.db").c_str(), &database), SQLITE_OK);
    const auto statement =
        "INSERT INTO assay_cursors VALUES ('tills', 'main.keep', 'payments', 3, " +
        std::to_string(next) + ", 5, 'cluster-1', '2026-11-26T10:00:00.000Z')";
    EXPECT_EQ(sqlite3_exec(database, statement.c_str(), nullptr, nullptr, nullptr), SQLITE_OK);
    sqlite3_close(database);
  }
  Json cursor() const {
    const auto said = say({"ls", "--format", "json"});
    EXPECT_EQ(said.exit_code, 0) << said.err;
    return Json::parse(said.out)["cursors"].at(0);
  }

  TemporaryFolder folder_;
};

TEST_F(CursorCommandTest, ls_says_that_there_is_none_yet) {
  const auto said = say({"ls"});
  EXPECT_EQ(said.exit_code, 0) << said.err;
  EXPECT_THAT(said.out, HasSubstr("sink store has no cursor of the group tills yet"));
}

TEST_F(CursorCommandTest, ls_lists_what_each_step_stores_next) {
  stand_at(1200);
  const auto said = say({"ls"});
  EXPECT_THAT(said.out, HasSubstr("STEP       TOPIC     PARTITION  NEXT  EPOCH  CLUSTER"));
  EXPECT_THAT(said.out, HasSubstr("main.keep  payments  3          1200  5      cluster-1"));
  EXPECT_EQ(cursor()["next_offset"], 1200);
}

TEST_F(CursorCommandTest, set_says_what_comes_of_it_and_changes_nothing_in_a_dry_run) {
  stand_at(1200);
  auto said = say({"set", "main.keep", "3", "900", "--dry-run"});
  EXPECT_EQ(said.exit_code, 0) << said.err;
  EXPECT_THAT(said.out,
              HasSubstr("from 1200 to 900; records 900 to 1199 are stored a second time"));
  said = say({"set", "main.keep", "3", "1500", "--dry-run"});
  EXPECT_THAT(said.out, HasSubstr("records 1200 to 1499 are never stored by the step"));
  EXPECT_EQ(cursor()["next_offset"], 1200);
}

TEST_F(CursorCommandTest, set_moves_the_cursor_and_raises_its_epoch) {
  stand_at(1200);
  const auto said = say({"set", "main.keep", "3", "900", "--yes"});
  EXPECT_EQ(said.exit_code, 0) << said.err;
  EXPECT_EQ(cursor()["next_offset"], 900);
  EXPECT_EQ(cursor()["epoch"], 6);
}

TEST_F(CursorCommandTest, forget_leaves_nothing_but_the_epoch) {
  stand_at(1200);
  EXPECT_EQ(say({"forget", "main.keep", "3", "--yes"}).exit_code, 0);
  EXPECT_TRUE(cursor()["next_offset"].is_null());
  EXPECT_EQ(cursor()["cluster"], "");
  EXPECT_EQ(cursor()["epoch"], 6);
}

TEST_F(CursorCommandTest, asks_a_person_and_does_nothing_where_there_is_none) {
  stand_at(1200);
  const auto said = say({"set", "main.keep", "3", "900"});
  EXPECT_EQ(said.exit_code, 2);
  EXPECT_THAT(said.err, HasSubstr("give --yes"));
  EXPECT_EQ(cursor()["next_offset"], 1200);
}

TEST_F(CursorCommandTest, refuses_a_cursor_that_is_not_there_and_names_those_that_are) {
  stand_at(1200);
  const auto said = say({"set", "main.kept", "3", "900", "--yes"});
  EXPECT_EQ(said.exit_code, 2);
  EXPECT_THAT(said.err, HasSubstr("no cursor of step main.kept, topic payments, partition 3; there "
                                  "are cursors of: main.keep"));
}

}  // namespace
}  // namespace assay::testing
