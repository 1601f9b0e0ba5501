// What `assay diff` prints of a comparison.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "host/commands/diff_report.hpp"
#include "tests/host/comparison/two_configurations.hpp"

namespace assay::host {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using Json = nlohmann::json;

class DiffReport : public ::testing::Test {
 protected:
  std::string text(const std::string& before, const std::string& after) {
    return print_comparison(two_.compared(before, after), ReportFormat::human);
  }
  Json json(const std::string& before, const std::string& after) {
    return Json::parse(print_comparison(two_.compared(before, after), ReportFormat::json));
  }
  testing::TwoConfigurations two_;
};

TEST_F(DiffReport, says_that_both_are_the_same) {
  EXPECT_THAT(text("", ""), HasSubstr("the same: configuration "));
  EXPECT_THAT(text("", "log: { level: info }"),
              HasSubstr("the same in effect, and written otherwise: configuration "));
  EXPECT_EQ(json("", "log: { level: info }")["same"], true);
}

TEST_F(DiffReport, groups_what_changes_and_counts_it) {
  const auto said =
      text("", "source: { topic: t }\nrules: { large: { score: 0.4 }, stolen: null }");
  EXPECT_THAT(said, HasSubstr("Source\n  ~ source\n      topic: transactions -> t\n    restart: "));
  EXPECT_THAT(said, HasSubstr("Rules\n  ~ large\n      score: not given -> 0.4\n    warning: "));
  EXPECT_THAT(said, HasSubstr("\n  - stolen\n"));
  EXPECT_THAT(said, HasSubstr("source 1 changed; rules 1 changed, 1 removed; 1 features kept\n"));
  EXPECT_THAT(said, HasSubstr("2 warnings\n"));
}

TEST_F(DiffReport, shows_a_long_text_on_one_line_and_clipped) {
  const auto said =
      text("", "rules: { large: { reason: \"first\\nsecond " + std::string(200, 'x') + "\" } }");
  EXPECT_THAT(said, HasSubstr("reason: not given -> first second xxx"));
  EXPECT_THAT(said, HasSubstr("xxx...\n"));
}

TEST_F(DiffReport, has_the_same_for_programs) {
  const auto said = json("", "rules: { large: { score: 0.4 } }");
  EXPECT_EQ(said["same"], false);
  EXPECT_EQ(said["before"].get<std::string>().size(), 64u);
  EXPECT_EQ(said["features_kept"], 1);
  ASSERT_EQ(said["changes"].size(), 1u);
  const auto& change = said["changes"][0];
  EXPECT_EQ(change["part"], "rules");
  EXPECT_EQ(change["kind"], "changed");
  EXPECT_EQ(change["what"], "large");
  EXPECT_EQ(change["settings"][0],
            Json({{"path", "score"}, {"before", nullptr}, {"after", "0.4"}, {"secret", false}}));
  EXPECT_EQ(change["consequences"][0]["weight"], "warning");
}

TEST_F(DiffReport, holds_no_secret) {
  const std::string over =
      "source: { kafka: { sasl.password: hunter3 }, bootstrap: \"kafka://a:hunter4@b:1\" }\n"
      "observe: { token: hunter5 }\n"
      "sinks: { pg: { config: { password: hunter6 } } }\n";
  for (const auto& [before, after] :
       {std::pair{std::string(), over}, std::pair{over, std::string()}}) {
    const auto said = text(before, after);
    EXPECT_THAT(said, Not(HasSubstr("hunter")));
    EXPECT_THAT(said, HasSubstr("config.password: another secret\n"));
    EXPECT_THAT(json(before, after).dump(), Not(HasSubstr("hunter")));
  }
}

}  // namespace
}  // namespace assay::host
