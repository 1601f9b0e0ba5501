#include "tests/architecture/tree.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <regex>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace assay::tests {
namespace {

namespace fs = std::filesystem;

struct NamedPath {
  std::size_t line;
  std::string path;
};

// What stands in backticks and begins with a folder of the tree. Placeholders (`<name>`, `NNNN`,
// `*`, `NAME`) name no file; a line number or an anchor behind the path is not part of it.
std::vector<NamedPath> paths_in(std::string_view text) {
  static const std::set<std::string> kFolders{".ci",  "bench", "cmake",      "config",  "core",
                                              "docs", "host",  "plugin-api", "plugins", "tests"};
  static const std::regex kSpan("`([^`\n]+)`");
  static const std::regex kPath(R"(^(\./)?([\w.-]+(/[\w.+-]+)+/?)(:\d+)?$)");
  static const std::regex kPlaceholder(R"((^|/)([A-Z]{2,}|[A-Z]{4}-.*)(\.\w+)?(/|$))");
  std::vector<NamedPath> paths;
  const std::string all(text);
  for (std::sregex_iterator span(all.begin(), all.end(), kSpan), end; span != end; ++span) {
    const auto inside = (*span)[1].str();
    std::smatch found;
    if (!std::regex_match(inside, found, kPath)) continue;
    const auto path = found[2].str();
    if (!kFolders.contains(path.substr(0, path.find('/')))) continue;
    if (std::regex_search(path, kPlaceholder)) continue;
    paths.push_back({1 + static_cast<std::size_t>(
                             std::count(all.begin(), all.begin() + span->position(), '\n')),
                     path});
  }
  return paths;
}

TEST(Documents, give_no_number_to_two_decisions) {
  std::set<std::string> numbers;
  for (const auto& decision : files_below({"docs/decisions"}, {".md"})) {
    const auto number = fs::path(decision).filename().string().substr(0, 4);
    EXPECT_TRUE(numbers.insert(number).second) << decision << " takes a number that is taken";
    const auto title = "# " + std::to_string(std::stoi(number)) + ". ";
    EXPECT_TRUE(text_of(decision).starts_with(title)) << decision << " begins otherwise";
  }
  EXPECT_GT(numbers.size(), 5u);
}

TEST(Documents, every_path_they_name_exists) {
  auto documents = files_below({"docs"}, {".md"});
  for (const auto* top : {"README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md"}) {
    if (fs::exists(tree_root() / top)) documents.emplace_back(top);
  }
  ASSERT_FALSE(documents.empty()) << "the tree is elsewhere";
  for (const auto& document : documents) {
    for (const auto& [line, path] : paths_in(text_of(document))) {
      EXPECT_TRUE(fs::exists(tree_root() / path))
          << document << ":" << line << ": there is no " << path;
    }
  }
}

TEST(Documents, a_path_is_what_looks_like_one) {
  const auto paths = paths_in(
      "Read `core/model/layout.hpp` and\n`docs/decisions/`, `./config/demo.yaml:12`; not "
      "`main.store`, `application/json`, `plugins/rules/NAME.cpp`, `core/<stage>/`, `plugins/*`,\n"
      "`docs/decisions/NNNN-title.md`, `cmake --build build` or core/none.");
  ASSERT_EQ(paths.size(), 3u);
  EXPECT_EQ(paths[0].path, "core/model/layout.hpp");
  EXPECT_EQ(paths[0].line, 1u);
  EXPECT_EQ(paths[1].path, "docs/decisions/");
  EXPECT_EQ(paths[2].path, "config/demo.yaml");
  EXPECT_EQ(paths[2].line, 2u);
}

TEST(Sources, every_header_opens_by_saying_what_it_is_for) {
  const auto headers =
      files_below({"plugin-api", "plugins", "core", "host", "tests", "bench"}, {".h", ".hpp"});
  ASSERT_GT(headers.size(), 50u);
  for (const auto& header : headers) {
    const auto text = text_of(header);
    EXPECT_TRUE(text.starts_with("//") || text.starts_with("/*"))
        << header << ":1: a paragraph about the header comes before its guard";
  }
}

TEST(Sources, no_file_is_longer_than_six_hundred_lines) {
  const auto files =
      files_below({"plugin-api", "plugins", "core", "host", "tests", "bench", "cmake"},
                  {".c", ".h", ".cpp", ".hpp", ".py", ".cmake"});
  ASSERT_GT(files.size(), 50u);
  for (const auto& file : files) {
    const auto text = text_of(file);
    const auto lines = std::count(text.begin(), text.end(), '\n');
    EXPECT_LE(lines, 600) << file << " has too many ideas for one file: split it";
  }
}

}  // namespace
}  // namespace assay::tests
