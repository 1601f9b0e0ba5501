#include "host/config/yaml_tree.hpp"

#include <gtest/gtest.h>

#include <string>

#include "tests/host/config/support.hpp"

namespace assay::host {
namespace {

using testing::brief;
using testing::tree;

TEST(yaml_tree, keeps_kinds_order_and_places) {
  const Node root = tree("b: 1\na: [x, \"y z\"]\nn:\n");
  ASSERT_TRUE(root.is_map());
  ASSERT_EQ(root.entries.size(), 3u);
  EXPECT_EQ(root.entries[0].key, "b");
  EXPECT_EQ(root.entries[1].key_span.text(), "test.yaml:2:1");
  const Node& second = root.find("a")->items.at(1);
  EXPECT_EQ(second.text, "y z");
  EXPECT_TRUE(second.quoted);
  EXPECT_EQ(second.span.column, 8u);
  EXPECT_EQ(second.span.length, 5u);
  EXPECT_TRUE(root.find("n")->is_null());
  EXPECT_EQ(root.find("absent"), nullptr);
}

TEST(yaml_tree, words_of_older_yaml_stay_text) {
  const Node root = tree("mode: off\nsure: yes\n");
  EXPECT_EQ(root.find("mode")->text, "off");
  EXPECT_EQ(root.find("sure")->text, "yes");
}

TEST(yaml_tree, an_empty_file_is_nothing) {
  EXPECT_TRUE(tree("").is_null());
  EXPECT_TRUE(tree("# only a comment\n").is_null());
}

TEST(yaml_tree, a_repeated_key_names_both_places) {
  Diagnostics diagnostics;
  const Node root = tree("a: 1\nb: 2\na: 3\n", diagnostics);
  ASSERT_EQ(diagnostics.errors(), 1u);
  EXPECT_EQ(diagnostics.all()[0].span.text(), "test.yaml:3:1");
  EXPECT_EQ(diagnostics.all()[0].note, "first at test.yaml:1:1");
  EXPECT_EQ(root.find("a")->text, "1");
}

TEST(yaml_tree, a_quoted_and_a_plain_key_are_the_same) {
  Diagnostics diagnostics;
  (void)tree("{a: 1, 'a': 2}", diagnostics);
  EXPECT_EQ(diagnostics.errors(), 1u);
}

TEST(yaml_tree, reports_a_map_as_key) {
  Diagnostics diagnostics;
  (void)tree("? {a: 1}\n: 2\n", diagnostics);
  EXPECT_EQ(brief(diagnostics), "test.yaml:1:3: error[AS1004] a key must be text\n");
}

TEST(yaml_tree, survives_deep_nesting) {
  Diagnostics diagnostics;
  (void)tree(std::string(100'000, '['), diagnostics);
  EXPECT_TRUE(diagnostics.has_errors());
}

TEST(yaml_tree, refuses_bytes_that_are_not_text) {
  for (const std::string bad :
       {"\xff\xfe", "\xc0\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xe2\x82", "\x80"}) {
    Diagnostics diagnostics;
    (void)tree("a: " + bad, diagnostics);
    EXPECT_EQ(brief(diagnostics),
              "test.yaml:1:4: error[AS1002] the file is not UTF-8 text (save it as UTF-8)\n");
  }
}

TEST(yaml_tree, takes_any_letter_that_is_text) {
  EXPECT_EQ(tree("a: \xe2\x82\xac \xf0\x9f\x98\x80\n").find("a")->text,
            "\xe2\x82\xac \xf0\x9f\x98\x80");
}

}  // namespace
}  // namespace assay::host
