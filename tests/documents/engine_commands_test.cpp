// The same for the engine's own commands, with options that their help knows.
#include <gtest/gtest.h>

#include "tests/documents/typed.hpp"

namespace assay::test {
namespace {

TEST(Commands, of_the_engine_exist_with_their_options) {
  const auto lines = typed("assay");
  EXPECT_GE(lines.size(), 5u);
  for (const auto& [place, words] : lines) {
    ASSERT_GE(words.size(), 2u) << place;
    std::string command = words[1];
    if (words.size() > 2 && (command == "db" || command == "dlq" || command == "plugins" ||
                             command == "state" || words[2] == "keygen")) {
      command += " " + words[2];
    }
    const auto help = run(ASSAY_BINARY " " + command + " --help");
    ASSERT_EQ(help.code, 0) << place << help.output;
    for (const auto& word : words) {
      const auto option = word.substr(0, word.find('='));
      if (option.starts_with("-")) {
        EXPECT_TRUE(says(help, option)) << place << "no " << option;
      }
    }
  }
}

}  // namespace
}  // namespace assay::test
