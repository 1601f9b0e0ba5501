// The page of the features against the engine's own parser and table of aggregates.
#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>

#include "core/features/declaration.hpp"
#include "tests/documents/document.hpp"

namespace assay::test {
namespace {

TEST(FeaturesPage, shows_features_that_can_be_read) {
  const auto page = read_document("docs/features.md");
  std::size_t features = 0;
  for (const auto& block : page.blocks) {
    if (block.language != "feature") continue;
    std::istringstream lines(block.text);
    for (std::string line; std::getline(lines, line);) {
      const auto parsed = core::parse_feature(line);
      EXPECT_TRUE(parsed) << page.at(block.line) << line << ": " << parsed.error().message;
      ++features;
    }
  }
  EXPECT_GE(features, core::kAggregates.size());
}

TEST(FeaturesPage, lists_every_aggregate_with_the_types_it_takes) {
  const auto page = read_document("docs/features.md");
  for (const auto& aggregate : core::kAggregates) {
    const auto name = "`" + std::string(aggregate.name) + "`";
    const auto row = std::find_if(page.rows.begin(), page.rows.end(),
                                  [&](const Row& one) { return one.cells[0] == name; });
    ASSERT_NE(row, page.rows.end()) << name;
    for (const auto type : {core::FieldType::int64, core::FieldType::decimal,
                            core::FieldType::duration, core::FieldType::time}) {
      if (aggregate.arguments != 1 || row->cells[1] == "any") continue;
      const bool listed = row->cells[1].find(core::to_string(type)) != std::string::npos;
      EXPECT_EQ(listed, core::takes(aggregate.aggregate, type))
          << page.at(row->line) << name << " and " << core::to_string(type);
    }
  }
}

}  // namespace
}  // namespace assay::test
