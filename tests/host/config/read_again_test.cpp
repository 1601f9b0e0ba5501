// Secrets that change in their files while the engine runs.
#include "host/config/read_again.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/host/config/support.hpp"

namespace assay::host {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class ReadAgain : public ::testing::Test {
 protected:
  Node read(const std::string& text) {
    const auto source = std::make_shared<const Source>(folder.path() + "/c.yaml", text);
    Diagnostics diagnostics;
    Node root = parse_yaml(source, diagnostics);
    interpolate(root, environment, diagnostics);
    EXPECT_EQ(testing::brief(diagnostics), "");
    return root;
  }
  Node again(const Node& settings) {
    auto found = read_again(settings, environment);
    EXPECT_TRUE(found) << found.error();
    return found ? *found : settings;
  }

  testing::TemporaryFolder folder;
  Environment environment = testing::environment_of({{"HOST", "db"}});
};

TEST_F(ReadAgain, finds_what_is_in_the_files_by_now) {
  folder.write("password", "old\n");
  const auto settings = read("{a: {password: '${file:password}'}, b: ['x-${file:password}', 7]}");
  folder.write("password", "new\n");
  const auto found = again(settings);
  EXPECT_EQ(found.find("a")->find("password")->text, "new");
  EXPECT_EQ(found.find("b")->items[0].text, "x-new");
  EXPECT_EQ(found.find("b")->items[1].text, "7");
  EXPECT_TRUE(found.find("a")->find("password")->secret);
  EXPECT_FALSE(same_values(settings, found));
  EXPECT_EQ(settings.find("a")->find("password")->text, "old") << "what was read stays as it was";
}

TEST_F(ReadAgain, finds_a_second_change_too) {
  folder.write("password", "old");
  auto settings = read("password: ${file:password}");
  for (const auto* next : {"new", "newer"}) {
    folder.write("password", next);
    settings = again(settings);
    EXPECT_EQ(settings.find("password")->text, next);
  }
}

TEST_F(ReadAgain, is_the_same_where_nothing_has_changed) {
  folder.write("password", "old");
  const auto settings =
      read("{a: '${file:password}', b: '$${HOST} ${env:HOST}', c: [1, {d: '${env:NONE:-x}'}]}");
  const auto found = again(settings);
  EXPECT_TRUE(same_values(settings, found));
  EXPECT_EQ(found.find("b")->text, "${HOST} db");
  EXPECT_TRUE(same_values(found, again(found)));
}

TEST_F(ReadAgain, says_which_file_cannot_be_read) {
  const auto file = folder.write("password", "old");
  const auto settings = read("password: ${file:password}");
  std::filesystem::remove(file);
  const auto found = read_again(settings, environment);
  ASSERT_FALSE(found);
  EXPECT_THAT(found.error(), HasSubstr("`" + file + "` cannot be read"));
  EXPECT_THAT(found.error(), Not(HasSubstr("old")));
}

}  // namespace
}  // namespace assay::host
