#include "host/config/schema.hpp"

#include <gtest/gtest.h>

#include "tests/host/config/support.hpp"

namespace assay::host {
namespace {

using testing::brief;
using testing::tree;

std::string faults(const std::string& schema_text, const std::string& yaml) {
  const auto schema = Schema::parse(schema_text);
  if (!schema) return "schema: " + schema.error();
  Node node = tree(yaml);
  Diagnostics diagnostics;
  schema->check(node, diagnostics, {.owner = "rule plugin `velocity`", .path = "parameters"});
  return brief(diagnostics);
}

TEST(schema, accepts_what_it_describes) {
  EXPECT_EQ(
      faults(R"({"properties": {"window": {"format": "duration"}, "limit": {"type": "integer"}}})",
             "{window: 10m, limit: 5}"),
      "");
  EXPECT_EQ(faults("{}", "{anything: [goes]}"), "");
  EXPECT_EQ(faults("true", "{anything: [goes]}"), "");
}

TEST(schema, an_unknown_key_names_the_nearest) {
  EXPECT_EQ(faults(R"({"properties": {"threshold": {}, "window": {}}})", "treshold: 5"),
            "test.yaml:1:1: error[AS1007] unknown key `treshold` (did you mean `threshold`?)\n");
}

TEST(schema, a_map_with_listed_keys_is_closed_unless_it_says_otherwise) {
  EXPECT_NE(faults(R"({"properties": {"a": {}}})", "zzz: 1"), "");
  EXPECT_EQ(faults(R"({"properties": {"a": {}}, "additionalProperties": true})", "zzz: 1"), "");
  EXPECT_NE(faults(R"({"additionalProperties": {"type": "integer"}})", "zzz: x"), "");
  EXPECT_EQ(
      faults(R"({"patternProperties": {"^x": {"type": "integer"}}, "additionalProperties": false})",
             "xy: 1"),
      "");
}

TEST(schema, quotes_make_text_of_a_number) {
  const std::string schema = R"({"properties": {"n": {"type": "integer"}}})";
  EXPECT_EQ(faults(schema, "n: 5"), "");
  EXPECT_EQ(faults(schema, "n: '5'"),
            "test.yaml:1:4: error[AS1008] `parameters.n`: expected a whole number, got the text "
            "`5` (remove the quotes)\n");
}

TEST(schema, a_missing_key_is_reported_at_the_map) {
  EXPECT_NE(faults(R"({"properties": {"a": {}}, "required": ["a"]})", "{}")
                .find("the key `a` is missing"),
            std::string::npos);
}

TEST(schema, checks_values) {
  EXPECT_NE(faults(R"({"properties": {"n": {"type": "integer", "minimum": 1}}})", "n: 0"), "");
  EXPECT_NE(faults(R"({"properties": {"n": {"type": "number", "maximum": 1}}})", "n: 1.5"), "");
  EXPECT_NE(faults(R"({"properties": {"s": {"pattern": "^a+$"}}})", "s: b"), "");
  EXPECT_EQ(faults(R"({"properties": {"s": {"pattern": "^a+$"}}})", "s: aaa"), "");
  EXPECT_NE(faults(R"({"properties": {"l": {"items": {"enum": ["x"]}, "minItems": 2}}})", "l: [x]"),
            "");
  EXPECT_NE(
      faults(R"({"properties": {"l": {"items": {"enum": ["x"]}, "maxItems": 1}}})", "l: [x, x]"),
      "");
  EXPECT_NE(faults(R"({"properties": {"l": {"items": {"enum": ["x"]}}}})", "l: [y]"), "");
  EXPECT_NE(faults(R"({"properties": {"m": {"format": "money"}}})", "m: 10"), "");
}

TEST(schema, a_pattern_never_meets_endless_text) {
  EXPECT_NE(faults(R"({"properties": {"s": {"pattern": "^(a|b)*$"}}})",
                   "s: " + std::string(100'000, 'a')),
            "");
}

TEST(schema, one_of_several_is_enough) {
  const std::string schema =
      R"({"properties": {"d": {"oneOf": [{"enum": ["off"]}, {"format": "duration"}]}}})";
  EXPECT_EQ(faults(schema, "d: off"), "");
  EXPECT_EQ(faults(schema, "d: 5m"), "");
  EXPECT_EQ(faults(schema, "d: soon"),
            "test.yaml:1:4: error[AS1010] `parameters.d`: expected `off` or a duration such as "
            "`10m`, got `soon`\n");
}

TEST(schema, follows_references) {
  const std::string schema =
      R"({"properties": {"a": {"$ref": "#/$defs/x"}}, "$defs": {"x": {"type": "boolean"}}})";
  EXPECT_EQ(faults(schema, "a: true"), "");
  EXPECT_NE(faults(schema, "a: maybe"), "");
}

TEST(schema, marks_secrets_and_never_quotes_them) {
  const auto schema =
      Schema::parse(R"({"properties": {"p": {"format": "secret", "enum": ["x"]}}})");
  ASSERT_TRUE(schema);
  Node node = tree("p: hunter2");
  Diagnostics diagnostics;
  schema->check(node, diagnostics, {});
  EXPECT_TRUE(node.find("p")->secret);
  ASSERT_TRUE(diagnostics.has_errors());
  for (const auto format :
       {DiagnosticFormat::human, DiagnosticFormat::brief, DiagnosticFormat::json}) {
    EXPECT_EQ(render(diagnostics, format).find("hunter2"), std::string::npos);
  }
}

TEST(schema, refuses_what_it_does_not_know) {
  EXPECT_EQ(faults("{", ""), "schema: it is not valid JSON");
  EXPECT_EQ(faults("[]", ""), "schema: # must be an object");
  EXPECT_EQ(faults(R"({"if": {}})", ""), "schema: #: the keyword `if` is not supported");
  EXPECT_EQ(faults(R"({"type": "null"})", ""), "schema: #/type: \"null\" is not supported");
  EXPECT_NE(faults(R"({"format": "uri"})", "").find("is not a format"), std::string::npos);
  EXPECT_NE(faults(R"({"pattern": "("})", "").find("schema: #/pattern"), std::string::npos);
  EXPECT_NE(faults(R"({"$ref": "other.json"})", "").find("is supported"), std::string::npos);
  EXPECT_NE(faults(R"({"$ref": "#/$defs/a", "$defs": {"a": {"$ref": "#/$defs/a"}}})", "")
                .find("back to itself"),
            std::string::npos);
  EXPECT_NE(faults(R"({"required": "a"})", "").find("must be a list"), std::string::npos);
  EXPECT_NE(faults(R"({"properties": []})", "").find("must be an object"), std::string::npos);
  EXPECT_NE(faults(R"({"minimum": "1"})", "").find("must be a number"), std::string::npos);
  std::string deep = "{}";
  for (int i = 0; i < 200; ++i) deep = R"({"items": )" + deep + "}";
  EXPECT_NE(faults(deep, "").find("nested too deeply"), std::string::npos);
}

}  // namespace
}  // namespace assay::host
