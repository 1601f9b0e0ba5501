// What the pages mention is there: other pages, tests, libraries, codes. (Paths are the
// architecture's business.)
#include <gtest/gtest.h>

#include <cctype>
#include <filesystem>
#include <map>
#include <regex>
#include <set>
#include <string>
#include <vector>

#include "host/diagnostics/codes.hpp"
#include "tests/documents/document.hpp"

namespace assay::test {
namespace {

namespace fs = std::filesystem;

const fs::path root(ASSAY_ROOT);

std::set<std::string> tests_of_the_tree() {
  static const std::regex declared(R"(TEST(_F|_P)?\(\s*([A-Za-z0-9_]+),\s*([A-Za-z0-9_]+)\s*\))");
  std::set<std::string> names;
  for (const auto& entry : fs::recursive_directory_iterator(root / "tests")) {
    if (entry.path().extension() != ".cpp") continue;
    const std::string text = contents_of(entry.path());
    for (std::sregex_iterator at(text.begin(), text.end(), declared), end; at != end; ++at) {
      names.insert((*at)[2].str() + "." + (*at)[3].str());
    }
  }
  return names;
}

// Every name that find_package(), find_path() or pkg_check_modules() is called with where the
// engine is built.
std::set<std::string> libraries_of_the_build() {
  static const std::regex asked(
      R"((?:find_package|find_path|pkg_check_modules)\(([A-Za-z0-9_\-]+))");
  std::vector<fs::path> files{root / "cmake" / "Dependencies.cmake"};
  for (const char* folder : {"core", "host", "plugins", "bench", "tests"}) {
    for (const auto& entry : fs::recursive_directory_iterator(root / folder)) {
      if (entry.path().filename() == "CMakeLists.txt") files.push_back(entry.path());
    }
  }
  std::set<std::string> names;
  for (const auto& file : files) {
    const std::string text = contents_of(file);
    for (std::sregex_iterator at(text.begin(), text.end(), asked), end; at != end; ++at) {
      names.insert((*at)[1]);
    }
  }
  return names;
}

TEST(Documents, link_to_nothing_that_is_not_there) {
  for (const auto& document : all_documents()) {
    for (const auto& link : document.links) {
      if (link.text.find("://") != std::string::npos) continue;
      const auto target = (root / document.path).parent_path() / link.text;
      EXPECT_TRUE(fs::exists(target)) << document.at(link.line) << "no page at " << link.text;
    }
  }
}

// As a browser makes them of headings.
std::set<std::string> anchors_of(const Document& document) {
  std::set<std::string> anchors;
  for (const auto& line : document.lines) {
    if (!line.text.starts_with("#")) continue;
    std::string anchor;
    for (const char c : line.text.substr(line.text.find(' ') + 1)) {
      if (c == ' ') anchor += '-';
      if (c == '-' || c == '_') anchor += c;
      if (std::isalnum(static_cast<unsigned char>(c))) {
        anchor += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
      }
    }
    anchors.insert(anchor);
  }
  return anchors;
}

TEST(Documents, link_to_headings_that_are_there) {
  std::map<std::string, std::set<std::string>> anchors;
  const auto documents = all_documents();
  for (const auto& document : documents) {
    anchors[(root / document.path).lexically_normal()] = anchors_of(document);
  }
  static const std::regex link(R"(\]\(([^)#\s]*)#([^)\s]+)\))");
  std::size_t links = 0;
  for (const auto& document : documents) {
    for (const auto& line : document.lines) {
      for (std::sregex_iterator at(line.text.begin(), line.text.end(), link), end; at != end;
           ++at) {
        if ((*at)[1].str().find("://") != std::string::npos) continue;
        const auto page = root / document.path;
        const auto target = (*at)[1].length() == 0 ? page : page.parent_path() / (*at)[1].str();
        const auto found = anchors.find(target.lexically_normal());
        if (found == anchors.end()) continue;  // no page by hand, or none: that is another test's
        ++links;
        EXPECT_TRUE(found->second.contains((*at)[2]))
            << document.at(line.line) << "no heading #" << (*at)[2];
      }
    }
  }
  EXPECT_GT(links, 20u);
}

TEST(Documents, name_only_tests_that_exist_as_what_holds_a_promise) {
  const auto tests = tests_of_the_tree();
  std::size_t named = 0;
  bool held = false;
  const auto page = read_document("docs/delivery.md");
  for (const auto& line : page.lines) {
    held = line.text.starts_with("Held by") || (held && !line.text.empty());
    if (!held) continue;
    for (const auto& name : code_in(line.text)) {
      ++named;
      EXPECT_TRUE(tests.contains(name)) << page.at(line.line) << "there is no test " << name;
    }
  }
  EXPECT_GT(named, 30u);
}

// The driver of the fault bench reads the same rows.
TEST(Documents, list_each_numbered_fault_test_with_tests_that_exist) {
  const auto tests = tests_of_the_tree();
  const auto page = read_document("docs/fault-tests.md");
  std::vector<std::string> numbers;
  for (const auto& row : page.rows) {
    if (row.cells.empty() || row.cells[0].empty() ||
        row.cells[0].find_first_not_of("0123456789") != std::string::npos) {
      continue;
    }
    ASSERT_EQ(row.cells.size(), 4u) << page.at(row.line);
    numbers.push_back(row.cells[0]);
    const auto names = code_in(row.cells[2]);
    EXPECT_TRUE(!names.empty() || row.cells[2].starts_with("none"))
        << page.at(row.line) << "no test, and it does not say so";
    if (row.cells[2].starts_with("none")) continue;
    for (const auto& name : names) {
      EXPECT_TRUE(tests.contains(name)) << page.at(row.line) << "there is no test " << name;
    }
  }
  std::vector<std::string> expected;
  for (int number = 1; number <= 37; ++number) {
    const bool of_another_promise = number == 28 || number == 36;
    if (!of_another_promise) expected.push_back(std::to_string(number));
  }
  EXPECT_EQ(numbers, expected);
}

TEST(Documents, list_every_library_of_the_build_and_no_other) {
  const auto page = read_document("docs/dependencies.md");
  std::set<std::string> listed;
  for (const auto& row : page.rows) {
    if (row.cells.size() < 4) continue;
    for (const auto& name : code_in(row.cells[1])) listed.insert(name);
  }
  EXPECT_EQ(listed, libraries_of_the_build());
}

TEST(Documents, list_every_code_of_a_fault_with_its_title) {
  const auto page = read_document("docs/operations.md");
  std::set<std::vector<std::string>> listed;
  for (const auto& row : page.rows) {
    if (row.cells.size() >= 2 && row.cells[0].starts_with("AS")) {
      listed.insert({row.cells[0], row.cells[1]});
    }
  }
  std::set<std::vector<std::string>> known;
  for (const auto& info : host::all_codes()) {
    known.insert({host::text(info.code), std::string(info.title)});
  }
  EXPECT_EQ(listed, known);
}

}  // namespace
}  // namespace assay::test
