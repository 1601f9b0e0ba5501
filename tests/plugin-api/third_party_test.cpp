// What somebody outside the tree does with the SDK, done with nothing but a compiler.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <assay/testing.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "tests/plugin-api/open_rule.hpp"
#include "tests/plugin-api/run.hpp"

namespace {

using assay::Money;
using assay::test::open_rule;
using assay::test::run;
using assay::testing::RuleUnderTest;

const std::string example = HELLO_RULE_DIR "/hello_rule.cpp";

std::string contents(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

std::filesystem::path fresh_folder(const std::string& name) {
  auto folder = std::filesystem::path(::testing::TempDir()) / name;
  std::filesystem::remove_all(folder);
  std::filesystem::create_directories(folder);
  return folder;
}

void expect_round_amounts(const assay_entry& entry) {
  EXPECT_STREQ(entry.id, "hello_rule");
  RuleUnderTest rule(entry, {{"from", "300.00"}});
  const auto verdict = rule.evaluate({{"amount", Money::of(400)}});
  EXPECT_EQ(verdict.words, "400.00 is a round amount of at least 300.00");
  EXPECT_TRUE(rule.evaluate({{"amount", Money::of(450)}}).no_hit());
}

TEST(ThirdParty, one_compiler_call_makes_a_rule_that_loads) {
  const auto folder = fresh_folder("plain_compiler");
  const auto library = (folder / "hello_rule.so").string();
  const auto built = run(CXX " -std=c++20 -shared -fPIC -Wall -Wextra -Werror -I" API_INCLUDE " " +
                         example + " -o " + library);
  ASSERT_EQ(built.code, 0) << built.output;
  expect_round_amounts(open_rule(library));
}

TEST(ThirdParty, the_installed_package_builds_the_example_and_its_test) {
  const auto folder = fresh_folder("installed_sdk");
  const auto prefix = (folder / "prefix").string();
  const auto build = (folder / "build").string();
  const auto installed =
      run(CMAKE " --install " BUILD_DIR " --component plugin-sdk --prefix " + prefix);
  ASSERT_EQ(installed.code, 0) << installed.output;
  const auto configured = run(CMAKE " -S " HELLO_RULE_DIR " -B " + build +
                              " -DCMAKE_CXX_COMPILER=" CXX " -DCMAKE_PREFIX_PATH=" + prefix);
  ASSERT_EQ(configured.code, 0) << configured.output;
  const auto built = run(CMAKE " --build " + build);
  ASSERT_EQ(built.code, 0) << built.output;
  const auto tested = run(build + "/hello_rule_test");
  EXPECT_EQ(tested.code, 0) << tested.output;
  expect_round_amounts(open_rule(build + "/hello_rule.so"));
  // What plugin.json says is in the library, and so is what the macro says.
  const auto library = contents(build + "/hello_rule.so");
  EXPECT_NE(library.find("Flags round amounts from a limit on."), library.npos);
  EXPECT_NE(library.find(R"({"id":"hello_rule","version":"1.0.0")"), library.npos);
  EXPECT_EQ(contents(prefix + "/" INCLUDE_DIR "/assay/plugin.h"),
            contents(API_INCLUDE "/assay/plugin.h"));

  const auto flags = run("PKG_CONFIG_PATH=" + prefix +
                         "/" DATA_DIR "/pkgconfig " PKG_CONFIG " --cflags --libs assay-plugin");
  ASSERT_EQ(flags.code, 0) << flags.output;
  auto cflags = flags.output;
  cflags.erase(cflags.find_last_not_of(" \n") + 1);
  const auto alone = (folder / "alone.so").string();
  const auto by_pkg_config =
      run(CXX " -std=c++20 -shared -fPIC " + example + " -o " + alone + " " + cflags);
  EXPECT_EQ(by_pkg_config.code, 0) << by_pkg_config.output;
  const auto names = run(NM " -D --defined-only --format=just-symbols " + alone);
  EXPECT_EQ(names.output, ASSAY_ENTRY_SYMBOL "\n");
}

TEST(ThirdParty, the_guide_shows_the_very_example) {
  const auto guide = contents(GUIDE);
  ASSERT_FALSE(guide.empty());
  EXPECT_NE(guide.find("```cpp\n" + contents(example) + "```"), std::string::npos)
      << "docs/writing-a-rule.md and hello_rule.cpp differ";
}

}  // namespace
