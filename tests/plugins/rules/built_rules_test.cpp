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

#include "host/plugin_files/plugin_file.hpp"
#include "host/plugin_files/preflight.hpp"
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
  assay::testing::RuleUnderTest rule() const {
    using assay::testing::list;
    assay::testing::Setting parameters;
    if (id_ == "list") parameters = {{"field", "merchant"}, {"entries", list({"Acme"})}};
    return {entry_, parameters};
  }
  std::vector<assay::testing::DeclaredReason> reasons() const { return rule().reasons(); }

  Json note() const {
    const auto file = assay::host::PluginFile::open(GetParam(), 64 << 20).value();
    return assay::host::inspect_plugin(file.bytes(), {}).note.value().all;
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

TEST_P(BuiltRule, notes_what_its_code_says) {
  const auto noted = note();
  EXPECT_EQ(noted.at("id"), id_);
  EXPECT_EQ(noted.at("version"), entry_.version);
  EXPECT_EQ(noted.at("interfaces"), Json::array({ASSAY_RULE_ID}));
  EXPECT_EQ(noted.at("schema"), Json::parse(api_.describe()));
  EXPECT_FALSE(noted.at("summary").get<std::string>().empty());
}

TEST_P(BuiltRule, notes_every_field_that_it_reads_and_no_other) {
  constexpr const char* kTypes[] = {"",     "int64",    "double",  "bool",
                                    "time", "duration", "decimal", "text"};
  const auto noted = note().at("fields");
  const auto bound = rule();
  const auto same = [&](const Json& field, const auto& column) {
    return field.value("name", "") == column.name && field.value("type", "") == kTypes[column.type];
  };
  const auto is_bound = [&](const Json& field) {
    return std::any_of(bound.columns().begin(), bound.columns().end(),
                       [&](const auto& column) { return same(field, column); });
  };
  const bool by_parameter = std::any_of(
      noted.begin(), noted.end(), [](const Json& field) { return field.contains("parameter"); });
  for (const auto& column : bound.columns()) {
    if (column.name.find('(') != column.name.npos) continue;  // a feature
    const bool told = std::any_of(noted.begin(), noted.end(),
                                  [&](const Json& field) { return same(field, column); });
    EXPECT_TRUE(told || by_parameter) << column.name;
  }
  for (const auto& field : noted) {
    const bool always = field.contains("name") && !field.contains("when");
    EXPECT_TRUE(!always || is_bound(field)) << field;
  }
}

TEST_P(BuiltRule, notes_every_reason_with_its_evidence) {
  const auto noted = note().at("reasons");
  for (const auto& reason : reasons()) {
    auto evidence = Json::array();
    for (const auto& one : reason.evidence) evidence.push_back(one.name);
    const auto same = [&](const Json& one) {
      const auto code = one.at("code").get<std::string>();
      const auto beginning = code.substr(0, code.find('{'));
      const bool by_parameter = beginning.size() < code.size();
      return one.at("evidence") == evidence &&
             (by_parameter ? reason.code.starts_with(beginning) : reason.code == code);
    };
    EXPECT_TRUE(std::any_of(noted.begin(), noted.end(), same)) << reason.code << " " << evidence;
  }
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
