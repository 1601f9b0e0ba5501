#include <gtest/gtest.h>

#include <algorithm>

#include "tests/documents/document.hpp"

namespace assay::test {
namespace {

TEST(Changelog, begins_with_what_is_not_released_yet) {
  const auto page = read_document("CHANGELOG.md");
  const auto section = std::ranges::find_if(
      page.lines, [](const Mention& line) { return line.text.starts_with("## "); });
  ASSERT_NE(section, page.lines.end());
  EXPECT_EQ(section->text, "## Unreleased");
}

}  // namespace
}  // namespace assay::test
