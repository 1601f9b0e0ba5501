#include "host/config/plugin_schemas.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "host/config/merge.hpp"
#include "host/config/reader.hpp"
#include "tests/host/config/support.hpp"

namespace assay::host {
namespace {

using testing::brief;

const PluginSchema smtp{
    .kind = PluginSchema::Kind::sink,
    .id = "smtp",
    .json = R"({"properties": {"host": {"type": "string"}, "login": {"format": "secret"},
                "templates": {"format": "path"}}, "required": ["host"]})"};

class PluginSchemas : public ::testing::Test {
 protected:
  Config read(const std::string& settings) {
    const std::vector paths{
        folder.write("c.yaml", "sinks: { mail: { use: smtp, config: " + settings +
                                   " } }\n"
                                   "chains: { main: { m: { sink: mail, required: true } } }\n")};
    auto config = read_config(paths, diagnostics, testing::environment_of({}));
    EXPECT_TRUE(config) << brief(diagnostics);
    return config ? std::move(*config) : Config();
  }

  testing::TemporaryFolder folder;
  Diagnostics diagnostics;
};

TEST_F(PluginSchemas, a_secret_leaves_all_that_is_derived) {
  Config config = read("{ host: h, login: hunter2, templates: mails }");
  const std::string before = config.hash;
  check_plugin_settings(config, std::span(&smtp, 1), diagnostics);
  EXPECT_EQ(brief(diagnostics), "");
  EXPECT_EQ(config.sinks.at(0).config.find("login")->text, "hunter2");
  EXPECT_EQ(config.sinks.at(0).config.find("templates")->value(), folder.path() + "/mails");
  EXPECT_EQ(config.canonical_json.find("hunter2"), std::string::npos);
  EXPECT_EQ(print_merged(config.merged).find("hunter2"), std::string::npos);
  EXPECT_NE(config.hash, before);
}

TEST_F(PluginSchemas, a_telling_name_is_a_secret_before_the_plugin_says_so) {
  const Config config = read("{ host: h, smtp_password: hunter2 }");
  EXPECT_EQ(config.canonical_json.find("hunter2"), std::string::npos);
}

TEST_F(PluginSchemas, faults_name_the_plugin_and_the_place) {
  Config config = read("{ hots: h }");
  check_plugin_settings(config, std::span(&smtp, 1), diagnostics);
  ASSERT_EQ(diagnostics.errors(), 2u);
  EXPECT_EQ(diagnostics.all()[0].label, "not a key of sink plugin `smtp`");
  EXPECT_EQ(diagnostics.all()[0].help, "did you mean `host`?");
  EXPECT_EQ(diagnostics.all()[0].span.column, 39u);
  EXPECT_EQ(diagnostics.all()[1].message, "the key `host` is missing in `sinks.mail.config`");
}

TEST_F(PluginSchemas, a_plugin_that_describes_itself_wrongly_is_named) {
  Config config = read("{}");
  const PluginSchema bad{.kind = PluginSchema::Kind::sink, .id = "smtp", .json = "{"};
  check_plugin_settings(config, std::span(&bad, 1), diagnostics);
  ASSERT_EQ(diagnostics.errors(), 1u);
  EXPECT_EQ(diagnostics.all()[0].message,
            "the sink plugin `smtp` describes its settings wrongly: it is not valid JSON");
}

TEST(compose_schema, puts_plugins_where_they_are_used) {
  const PluginSchema velocity{
      .kind = PluginSchema::Kind::rule,
      .id = "velocity",
      .json =
          R"({"properties": {"limit": {"$ref": "#/$defs/n"}}, "$defs": {"n": {"type": "integer"}}})"};
  const auto text = compose_schema(std::span(&velocity, 1));
  ASSERT_TRUE(text) << text.error();
  const auto document = nlohmann::json::parse(*text);
  EXPECT_EQ(document["$schema"], "https://json-schema.org/draft/2020-12/schema");
  const auto& plugin = document["$defs"]["rule.velocity"];
  EXPECT_EQ(plugin["properties"]["limit"]["$ref"], "#/$defs/rule.velocity/$defs/n");
  EXPECT_EQ(plugin["additionalProperties"], false);
  const auto& condition = document["$defs"]["rule"]["allOf"][0];
  EXPECT_EQ(condition["if"]["properties"]["use"]["const"], "velocity");
  EXPECT_EQ(condition["then"]["properties"]["parameters"]["$ref"], "#/$defs/rule.velocity");
}

TEST(compose_schema, names_the_plugin_whose_schema_is_wrong) {
  const PluginSchema bad{.kind = PluginSchema::Kind::sink, .id = "broken", .json = "{"};
  EXPECT_EQ(compose_schema(std::span(&bad, 1)).error(),
            "the schema of plugin `broken` is refused: it is not valid JSON");
}

}  // namespace
}  // namespace assay::host
