#include "host/config/interpolate.hpp"

#include <gtest/gtest.h>

#include "tests/host/config/support.hpp"

namespace assay::host {
namespace {

using testing::brief;
using testing::environment_of;
using testing::tree;

Node interpolated(const std::string& text, Diagnostics& diagnostics) {
  Node node = tree(text);
  interpolate(
      node, environment_of({{"HOST", "kafka"}, {"EMPTY", ""}, {"EVIL", "x: [1"}, {"DOLLAR", "$"}}),
      diagnostics);
  return node;
}

std::string value(const std::string& scalar) {
  Diagnostics diagnostics;
  const Node node = interpolated("a: \"" + scalar + "\"", diagnostics);
  return diagnostics.has_errors() ? brief(diagnostics) : node.find("a")->text;
}

TEST(interpolate, replaces_variables_wherever_they_stand) {
  EXPECT_EQ(value("${env:HOST}"), "kafka");
  EXPECT_EQ(value("<${env:HOST}:${env:HOST}>"), "<kafka:kafka>");
  EXPECT_EQ(value("no dollar"), "no dollar");
  EXPECT_EQ(value("$HOST $ {x}"), "$HOST $ {x}");
}

TEST(interpolate, a_default_stands_in_for_unset_and_empty) {
  EXPECT_EQ(value("${env:UNSET:-a b}"), "a b");
  EXPECT_EQ(value("${env:EMPTY:-x}"), "x");
  EXPECT_EQ(value("${env:EMPTY}"), "");
  EXPECT_EQ(value("${env:UNSET:-}"), "");
}

TEST(interpolate, two_dollars_escape) {
  EXPECT_EQ(value("$${env:HOST}"), "${env:HOST}");
  EXPECT_EQ(value("${env:DOLLAR}${env:HOST}"), "$kafka");
}

TEST(interpolate, a_value_never_becomes_structure) { EXPECT_EQ(value("${env:EVIL}"), "x: [1"); }

TEST(interpolate, leaves_keys_alone) {
  Diagnostics diagnostics;
  EXPECT_NE(interpolated("\"${env:HOST}\": 1", diagnostics).find("${env:HOST}"), nullptr);
}

TEST(interpolate, says_what_is_wrong_and_where) {
  EXPECT_EQ(value("${env:UNSET}"),
            "test.yaml:1:4: error[AS1006] the environment variable `UNSET` is not set "
            "(set it, or give a default: ${env:UNSET:-default})\n");
  EXPECT_NE(value("${env:HOST").find("no closing `}`"), std::string::npos);
  EXPECT_NE(value("${env:}").find("names no variable"), std::string::npos);
  EXPECT_NE(value("${file:}").find("names no file"), std::string::npos);
  EXPECT_NE(value("${HOST}").find("neither `${env:...}` nor `${file:...}`"), std::string::npos);
}

TEST(interpolate, a_file_is_read_beside_the_configuration_and_is_a_secret) {
  const testing::TemporaryFolder folder;
  folder.write("password", "hunter2\n");
  const auto source =
      std::make_shared<const Source>(folder.path() + "/c.yaml", "a: ${file:password}\nb: x");
  Diagnostics diagnostics;
  Node root = parse_yaml(source, diagnostics);
  interpolate(root, environment_of({}), diagnostics);
  EXPECT_EQ(brief(diagnostics), "");
  EXPECT_EQ(root.find("a")->text, "hunter2");
  EXPECT_TRUE(root.find("a")->secret);
  EXPECT_EQ(quoted_for_message(*root.find("a")), "`***`");
  EXPECT_FALSE(root.find("b")->secret);
}

}  // namespace
}  // namespace assay::host
