// From a character of a value to the character in the file.
#include "host/config/text_place.hpp"

#include <gtest/gtest.h>

#include "tests/host/config/support.hpp"

namespace assay::host {
namespace {

// What the file holds at the place of `letters`, which stand in the value of `key`.
std::string pointed_at(const std::string& yaml, const std::string& letters) {
  const Node root = testing::tree(yaml);
  const Node& scalar = root.entries.at(0).value;
  const auto at = scalar.text.find(letters);
  const Span place = place_in(scalar, at, letters.size());
  return std::string(place.source->line(place.line).substr(place.column - 1, place.length));
}

TEST(TextPlace, is_exact_in_plain_and_quoted_scalars) {
  EXPECT_EQ(pointed_at("when: attempts > limit", "limit"), "limit");
  EXPECT_EQ(pointed_at("when: 'attempts > limit'", "limit"), "limit");
  EXPECT_EQ(pointed_at("when: \"attempts > limit\"", "limit"), "limit");
  EXPECT_EQ(pointed_at("  when:   attempts > limit # a comment", "limit"), "limit");
  EXPECT_EQ(pointed_at("{ when: attempts > limit, b: 1 }", "limit"), "limit");
}

TEST(TextPlace, counts_what_quotes_write_twice) {
  EXPECT_EQ(pointed_at("when: 'a == ''x'' && limit'", "limit"), "limit");
  EXPECT_EQ(pointed_at("when: \"a == \\\"x\\\" && limit\"", "limit"), "limit");
  EXPECT_EQ(pointed_at("when: 'a == ''x'' && limit'", "'x'"), "''x''");
  EXPECT_EQ(pointed_at("when: 'größe > limit'", "limit"), "limit");
}

TEST(TextPlace, behind_the_end_is_one_character) {
  const Node root = testing::tree("when: 'a >'");
  const Span place = place_in(root.entries.at(0).value, 3, 4);
  EXPECT_EQ(place.column, 11u);
  EXPECT_EQ(place.length, 1u);
}

TEST(TextPlace, is_the_scalars_own_where_the_file_has_other_characters) {
  EXPECT_EQ(pointed_at("when: |\n  attempts > limit\n", "limit"), "|");
  EXPECT_EQ(pointed_at("when: >\n  attempts >\n  limit\n", "limit"), ">");
  EXPECT_EQ(pointed_at("when: attempts >\n  limit\n", "attempts"), "attempts >");
  EXPECT_EQ(pointed_at("when: \"\\x61ttempts > limit\"", "limit"), "\"\\x61ttempts > limit\"");
}

TEST(TextPlace, is_the_scalars_own_where_a_variable_was_filled_in) {
  Diagnostics diagnostics;
  Node root = testing::tree("when: attempts > ${env:LIMIT}");
  interpolate(root, testing::environment_of({{"LIMIT", "soon"}}), diagnostics);
  const Span place = place_in(root.entries.at(0).value, 11, 4);
  EXPECT_EQ(place.column, 7u);
  EXPECT_EQ(place.length, 23u);
}

}  // namespace
}  // namespace assay::host
