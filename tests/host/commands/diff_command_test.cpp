// `assay diff`: what a shell is told, and which files are which.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/host/commands/program.hpp"
#include "tests/support/servers/temporary_folder.hpp"

namespace assay::testing {
namespace {

using ::testing::HasSubstr;
using Json = nlohmann::json;

class DiffCommandTest : public ::testing::Test {
 protected:
  DiffCommandTest() {
    write("old.yaml", kConfiguration);
    write("new.yaml", kConfiguration);
  }
  void write(const std::string& name, const std::string& text) const {
    std::ofstream(folder_ / name) << text;
  }
  Said diff(std::vector<std::string> words) const {
    for (auto& word : words) {
      if (word.ends_with(".yaml")) word = folder_ / word;
    }
    words.insert(words.begin(), "diff");
    return run_assay(words);
  }

  static constexpr const char* kConfiguration =
      "sinks: { store: { use: sqlite, config: { file: assay.db } } }\n"
      "chains: { main: { store: { sink: store, required: true } } }\n";
  TemporaryFolder folder_;
};

TEST_F(DiffCommandTest, ends_with_0_where_nothing_would_change) {
  const auto said = diff({"old.yaml", "new.yaml"});
  EXPECT_EQ(said.exit_code, 0) << said.err;
  EXPECT_THAT(said.out, HasSubstr("the same: configuration "));
  EXPECT_EQ(said.err, "");
}

TEST_F(DiffCommandTest, ends_with_1_where_something_would) {
  write("new.yaml", std::string(kConfiguration) + "source: { group: other }\n");
  const auto said = diff({"old.yaml", "new.yaml"});
  EXPECT_EQ(said.exit_code, 1) << said.err;
  EXPECT_THAT(said.out, HasSubstr("group: assay -> other\n"));
}

TEST_F(DiffCommandTest, lays_overlays_over_the_side_that_they_are_given_for) {
  write("site.yaml", "source: { group: site }\n");
  write("more.yaml", "source: { topic: more }\n");
  EXPECT_EQ(diff({"old.yaml", "new.yaml", "--old", "site.yaml", "--new", "site.yaml"}).exit_code,
            0);
  const auto said = diff({"old.yaml", "new.yaml", "--old", "site.yaml", "--new", "site.yaml",
                          "--new", "more.yaml", "--format", "json"});
  EXPECT_EQ(said.exit_code, 1) << said.err;
  const auto settings = Json::parse(said.out)["changes"][0]["settings"];
  ASSERT_EQ(settings.size(), 1u);
  EXPECT_EQ(settings[0]["path"], "topic");
  EXPECT_EQ(settings[0]["after"], "more");
}

TEST_F(DiffCommandTest, says_which_side_is_refused_and_why) {
  write("new.yaml", std::string(kConfiguration) + "sorce: { group: other }\n");
  const auto said = diff({"old.yaml", "new.yaml"});
  EXPECT_EQ(said.exit_code, 78);
  EXPECT_EQ(said.out, "");
  EXPECT_THAT(said.err, HasSubstr("error[AS1007]"));
  EXPECT_THAT(said.err, HasSubstr("the new configuration is refused"));
  EXPECT_EQ(diff({"new.yaml", "old.yaml"}).exit_code, 78);
}

TEST_F(DiffCommandTest, needs_both_sides) { EXPECT_EQ(diff({"old.yaml"}).exit_code, 2); }

}  // namespace
}  // namespace assay::testing
