// What holds for every rule that ships, seen from outside: its library and its page.
#include <assay/rule.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <assay/testing.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <regex>
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

// Whitespace of any kind as one blank, so that a line may break anywhere.
std::string one_line(const std::string& text) {
  return std::regex_replace(text, std::regex("\\s+"), " ");
}

class BuiltRule : public ::testing::TestWithParam<std::string> {
 protected:
  const assay_entry& entry_ = open_rule(GetParam());
  const assay_rule_api& api_ =
      *static_cast<const assay_rule_api*>(entry_.get_interface(ASSAY_RULE_ID));
  const std::string id_ = entry_.id;

  std::string page() const { return contents(DOCS "/" + id_ + ".md"); }

  // With the parameters that it comes with; a list needs to know of what.
  std::vector<assay::testing::DeclaredReason> reasons() const {
    using assay::testing::list;
    assay::testing::Setting parameters;
    if (id_ == "list") parameters = {{"field", "merchant"}, {"entries", list({"Acme"})}};
    return assay::testing::RuleUnderTest(entry_, parameters).reasons();
  }
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
  ASSERT_FALSE(page().empty());
  const auto schema = Json::parse(api_.describe());
  for (const auto& [name, property] : schema.at("properties").items()) {
    EXPECT_THAT(page(), ::testing::HasSubstr("| `" + name + "` |"));
  }
  EXPECT_THAT(page(), ::testing::HasSubstr("**When it errs.**"));
  EXPECT_THAT(contents(DOCS "/README.md"), ::testing::HasSubstr("](" + id_ + ".md)"));
}

TEST_P(BuiltRule, has_every_reason_with_its_evidence_on_its_page) {
  ASSERT_FALSE(reasons().empty());
  for (const auto& reason : reasons()) {
    EXPECT_THAT(page(), ::testing::HasSubstr("`" + reason.code + "`"));
    for (const auto& evidence : reason.evidence) {
      EXPECT_THAT(page(), ::testing::HasSubstr("`" + evidence.name + "`"));
    }
  }
}

// Telling a customer about structuring or a mule's account is tipping off.
TEST_P(BuiltRule, keeps_from_the_customer_what_would_be_tipping_off) {
  const std::vector<std::string> secret = {"fan", "pass_through", "similar_amounts", "structuring"};
  const auto is_secret = std::find(secret.begin(), secret.end(), id_) != secret.end();
  for (const auto& reason : reasons()) {
    EXPECT_FALSE(is_secret && reason.for_customer) << reason.code;
    EXPECT_EQ(reason.for_customer, !reason.customer_words.empty()) << reason.code;
    EXPECT_THAT(reason.customer_words, ::testing::Not(::testing::HasSubstr("{limit}")));
  }
}

TEST_P(BuiltRule, shows_a_hit_on_its_page_that_its_test_has_seen) {
  const auto page_text = one_line(page());
  std::smatch example;
  ASSERT_TRUE(std::regex_search(page_text, example, std::regex("A hit: `([^`]+)`")));
  // Literals that a line break cut in two are put together again.
  const auto test =
      std::regex_replace(contents(TESTS "/" + id_ + "_test.cpp"), std::regex("\"\\s*\n\\s*\""), "");
  EXPECT_THAT(test, ::testing::HasSubstr(example[1].str()));
}

TEST_P(BuiltRule, is_one_short_file) {
  const auto source = contents(SOURCES "/" + id_ + ".cpp");
  ASSERT_FALSE(source.empty());
  EXPECT_LT(std::count(source.begin(), source.end(), '\n'), 100);
}

INSTANTIATE_TEST_SUITE_P(EveryRule, BuiltRule, ::testing::ValuesIn(libraries()),
                         [](const auto& param) {
                           return std::filesystem::path(param.param).stem().string();
                         });

}  // namespace
