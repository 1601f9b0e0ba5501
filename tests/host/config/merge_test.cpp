#include "host/config/merge.hpp"

#include <gtest/gtest.h>

#include "host/config/canonical.hpp"
#include "tests/host/config/support.hpp"

namespace assay::host {
namespace {

using testing::source_of;
using testing::tree;

std::string merged(const std::string& base, const std::string& over) {
  Node node = merge(tree(base), tree(over));
  drop_nulls(node);
  return canonical_json(node);
}

TEST(merge, maps_merge_and_lists_replace) {
  EXPECT_EQ(merged("a: {x: 1, y: [1, 2]}\nb: 1", "a: {y: [3], z: 4}"),
            R"({"a":{"x":1,"y":[3],"z":4},"b":1})");
}

TEST(merge, null_removes_and_may_remove_nothing) {
  EXPECT_EQ(merged("chains: {main: {alert: {sink: mail}, store: {sink: pg}}}",
                   "chains: {main: {alert: null, other: ~}}"),
            R"({"chains":{"main":{"store":{"sink":"pg"}}}})");
}

TEST(merge, a_scalar_replaces_a_map_and_a_map_a_scalar) {
  EXPECT_EQ(merged("a: {x: 1}", "a: 2"), R"({"a":2})");
  EXPECT_EQ(merged("a: 2", "a: {x: 1}"), R"({"a":{"x":1}})");
}

TEST(print_merged, names_the_file_of_each_value) {
  Diagnostics diagnostics;
  Node base = parse_yaml(
      source_of("sink:\n  host: a\n  rows: 1\nlist: [x]\nnone: {}\n", "base.yaml"), diagnostics);
  Node site = parse_yaml(source_of("sink: { host: b c }\n", "site.yaml"), diagnostics);
  ASSERT_FALSE(diagnostics.has_errors());
  EXPECT_EQ(print_merged(merge(std::move(base), std::move(site))),
            "sink:\n"
            "  host: \"b c\"  # site.yaml:1\n"
            "  rows: 1  # base.yaml:3\n"
            "list:\n"
            "  - x  # base.yaml:4\n"
            "none: {}  # base.yaml:5\n");
}

TEST(print_merged, reads_back_as_the_same_tree) {
  const std::string text =
      "a: '10'\nb: 10\nc: \"line\\nbreak # no comment\"\nd: [[1, 2], {k: v, l: []}, -1, '-1', '']\n"
      "'true': 'false'\ne: 'null'\nf: '~'\ng: '$${env:HOME}'\nh: 10.00 EUR\ni: 'a: b'\n";
  const Node first = tree(text);
  const Node second = tree(print_merged(first));
  // The dollar sign is doubled again: interpolation, which would halve it, has not run here.
  EXPECT_EQ(canonical_json(second.find("d") ? *second.find("d") : Node()),
            canonical_json(*first.find("d")));
  for (const char* key : {"a", "b", "c", "true", "e", "f", "h", "i"}) {
    ASSERT_NE(second.find(key), nullptr) << key;
    EXPECT_EQ(canonical_json(*second.find(key)), canonical_json(*first.find(key))) << key;
  }
  EXPECT_EQ(second.find("g")->text, "$$${env:HOME}");
}

TEST(print_merged, hides_secrets) {
  Node root = tree("password: hunter2\n");
  root.find("password")->secret = true;
  EXPECT_EQ(print_merged(root), "password: \"***\"  # test.yaml:1\n");
}

TEST(canonical_json, does_not_depend_on_order_or_style) {
  EXPECT_EQ(canonical_json(tree("b: 'x'\na: [1, '1', true, 10.00, 1.5e3, 0x10]\n")),
            canonical_json(tree("{a: [1, \"1\", true, 10.00, 1.5e3, 0x10], b: x}")));
  EXPECT_EQ(canonical_json(tree("a: [1, '1', true, 10.00, 0x10, 007, off]")),
            R"({"a":[1,"1",true,10.00,"0x10","007","off"]})");
}

TEST(canonical_json, hides_secrets) {
  Node root = tree("a: hunter2");
  root.find("a")->secret = true;
  EXPECT_EQ(canonical_json(root), R"({"a":"***"})");
}

TEST(sha256_hex, gives_the_standards_answer) {
  EXPECT_EQ(sha256_hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

}  // namespace
}  // namespace assay::host
