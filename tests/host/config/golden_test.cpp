// Every message a configuration can cause, as a person sees it. ASSAY_UPDATE_GOLDEN=1 writes the
// expected files anew: read the difference before it is committed.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "host/config/reader.hpp"
#include "tests/host/config/support.hpp"

namespace assay::host {
namespace {

const std::filesystem::path folder = ASSAY_GOLDEN_FOLDER;

std::vector<std::string> cases() {
  std::vector<std::string> names;
  for (const auto& file : std::filesystem::directory_iterator(folder)) {
    if (file.path().extension() == ".yaml") names.push_back(file.path().stem().string());
  }
  std::ranges::sort(names);
  return names;
}

std::string contents(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::string without_folder(std::string text) {
  const std::string prefix = folder.string() + "/";
  for (auto at = text.find(prefix); at != std::string::npos; at = text.find(prefix, at)) {
    text.erase(at, prefix.size());
  }
  return text;
}

class Golden : public ::testing::TestWithParam<std::string> {};

TEST_P(Golden, says_what_is_expected) {
  const std::vector<std::string> paths{(folder / (GetParam() + ".yaml")).string()};
  Diagnostics diagnostics;
  const auto config = read_config(paths, diagnostics, testing::environment_of({}));
  EXPECT_EQ(config.has_value(), !diagnostics.has_errors());

  const auto expected = folder / (GetParam() + ".expected");
  const std::string shown = without_folder(render(diagnostics, DiagnosticFormat::human));
  if (std::getenv("ASSAY_UPDATE_GOLDEN") != nullptr)
    std::ofstream(expected, std::ios::binary) << shown;
  EXPECT_EQ(shown, contents(expected));
  EXPECT_NE(shown, "") << "a case without a fault tests nothing";
}

INSTANTIATE_TEST_SUITE_P(configuration, Golden, ::testing::ValuesIn(cases()),
                         [](const auto& one) { return one.param; });

}  // namespace
}  // namespace assay::host
