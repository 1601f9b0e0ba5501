// What holds for every rule that ships, seen from outside: its library and its page.
#include <assay/rule.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "tests/plugin-api/open_rule.hpp"
#include "tests/plugin-api/run.hpp"

namespace {

using assay::test::open_rule;
using assay::test::run;
using Json = nlohmann::json;

std::vector<std::string> libraries() {
  std::istringstream list(RULE_LIBRARIES);
  std::vector<std::string> all;
  for (std::string one; std::getline(list, one, ':');) all.push_back(one);
  return all;
}

std::string contents(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

class BuiltRule : public ::testing::TestWithParam<std::string> {
 protected:
  const assay_entry& entry_ = open_rule(GetParam());
  const assay_rule_api& api_ =
      *static_cast<const assay_rule_api*>(entry_.get_interface(ASSAY_RULE_ID));
};

TEST_P(BuiltRule, exports_exactly_the_entry) {
  const auto names = run(NM " -D --defined-only --format=just-symbols " + GetParam());
  ASSERT_EQ(names.code, 0) << names.output;
  EXPECT_EQ(names.output, ASSAY_ENTRY_SYMBOL "\n");
}

TEST_P(BuiltRule, is_called_like_its_file_and_offers_nothing_but_a_rule) {
  EXPECT_EQ(entry_.id, std::filesystem::path(GetParam()).stem().string());
  EXPECT_EQ(entry_.minor, ASSAY_ABI_MINOR);
  EXPECT_EQ(api_.size, sizeof(assay_rule_api));
  EXPECT_EQ(entry_.get_interface("assay.sink/1"), nullptr);
}

TEST_P(BuiltRule, describes_every_parameter_and_refuses_others) {
  const auto schema = Json::parse(api_.describe());
  EXPECT_EQ(schema.at("type"), "object");
  EXPECT_EQ(schema.at("additionalProperties"), false);
  ASSERT_FALSE(schema.at("properties").empty());
  for (const auto& [name, property] : schema.at("properties").items()) {
    EXPECT_FALSE(property.value("description", "").empty()) << name;
    EXPECT_TRUE(property.contains("type") || property.contains("enum")) << name;
  }
}

TEST_P(BuiltRule, has_a_page_that_names_every_parameter_and_is_in_the_index) {
  const auto page = contents(DOCS "/" + std::string(entry_.id) + ".md");
  ASSERT_FALSE(page.empty());
  const auto schema = Json::parse(api_.describe());
  for (const auto& [name, property] : schema.at("properties").items()) {
    EXPECT_THAT(page, ::testing::HasSubstr("| `" + name + "` |"));
  }
  EXPECT_THAT(page, ::testing::HasSubstr("**When it errs.**"));
  EXPECT_THAT(contents(DOCS "/README.md"),
              ::testing::HasSubstr("](" + std::string(entry_.id) + ".md)"));
}

INSTANTIATE_TEST_SUITE_P(EveryRule, BuiltRule, ::testing::ValuesIn(libraries()),
                         [](const auto& param) {
                           return std::filesystem::path(param.param).stem().string();
                         });

}  // namespace
