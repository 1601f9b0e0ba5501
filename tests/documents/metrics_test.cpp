// The page of metrics lists every metric that the engine shows, with its words, and no other; alert
// rules and dashboard name none that is not there.
#include "host/observe/metrics.hpp"

#include <gtest/gtest.h>

#include <cctype>
#include <fstream>
#include <iterator>
#include <map>
#include <regex>
#include <set>
#include <sstream>

#include "tests/documents/document.hpp"

namespace assay::test {
namespace {

// Name -> words.
std::map<std::string, std::string> shown_metrics() {
  std::map<std::string, std::string> metrics;
  std::istringstream lines(host::metrics_text({}, {}, "c0ffee"));
  const std::string help = "# HELP ";
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with(help)) continue;
    const auto end = line.find(' ', help.size());
    metrics[line.substr(help.size(), end - help.size())] = line.substr(end + 1);
  }
  return metrics;
}

TEST(MetricsOnThePage, are_those_that_the_engine_shows) {
  std::map<std::string, std::string> listed;
  for (const auto& row : read_document("docs/operations.md").rows) {
    if (row.cells.size() != 3) continue;
    const auto& name = row.cells[0];
    if (!name.starts_with("`assay_") && !name.starts_with("`process_")) continue;
    if (name.find('<') != name.npos) continue;  // of plugins
    listed[name.substr(1, name.size() - 2)] = row.cells[2];
  }
  EXPECT_EQ(listed, shown_metrics());
}

class OperatorsFile : public ::testing::TestWithParam<const char*> {};

TEST_P(OperatorsFile, names_metrics_that_there_are) {
  std::ifstream file(std::string(ASSAY_ROOT "/config/observe/") + GetParam());
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  const auto shown = shown_metrics();
  const std::regex metric(R"(\b(assay|process)_[a-z_]+)");
  std::set<std::string> named;
  for (std::sregex_iterator one(text.begin(), text.end(), metric), end; one != end; ++one) {
    auto name = one->str();
    // Of a histogram.
    if (name.ends_with("_bucket")) name.resize(name.size() - std::string("_bucket").size());
    named.insert(name);
    EXPECT_TRUE(shown.contains(name)) << name;
  }
  EXPECT_GT(named.size(), 10u);
}

TEST(AlertRules, lead_to_headings_that_there_are) {
  std::ifstream file(ASSAY_ROOT "/config/observe/alerts.yml");
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  std::set<std::string> anchors;
  for (const auto& line : read_document("docs/operations.md").lines) {
    if (!line.text.starts_with("## ") && !line.text.starts_with("### ")) continue;
    std::string anchor;
    for (const char c : line.text.substr(line.text.find(' ') + 1)) {
      if (c == ' ') anchor += '-';
      if (std::isalnum(static_cast<unsigned char>(c))) {
        anchor += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
      }
    }
    anchors.insert(anchor);
  }
  const std::regex runbook("runbook: docs/operations.md#(.*)");
  int runbooks = 0;
  for (std::sregex_iterator one(text.begin(), text.end(), runbook), end; one != end; ++one) {
    ++runbooks;
    EXPECT_TRUE(anchors.contains((*one)[1].str())) << (*one)[1].str();
  }
  EXPECT_GT(runbooks, 10);
}

TEST(AlertRules, are_those_of_the_page_with_the_same_severity) {
  std::ifstream file(ASSAY_ROOT "/config/observe/alerts.yml");
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  std::map<std::string, std::string> rules;
  const std::regex rule(R"(- alert: (\w+)[\s\S]*?severity: (\w+))");
  for (std::sregex_iterator one(text.begin(), text.end(), rule), end; one != end; ++one) {
    rules[(*one)[1]] = (*one)[2];
  }
  std::map<std::string, std::string> listed;
  for (const auto& row : read_document("docs/operations.md").rows) {
    if (row.cells.size() != 4 || !row.cells[0].starts_with("`Assay")) continue;
    listed[row.cells[0].substr(1, row.cells[0].size() - 2)] = row.cells[1];
  }
  EXPECT_EQ(listed, rules);
  EXPECT_GT(rules.size(), 10u);
}

INSTANTIATE_TEST_SUITE_P(Files, OperatorsFile, ::testing::Values("alerts.yml", "dashboard.json"));

}  // namespace
}  // namespace assay::test
