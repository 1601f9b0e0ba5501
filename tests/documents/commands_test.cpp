// Every command line that a page tells a person to type in the checkout names a command that
// exists.
#include <gtest/gtest.h>

#include "tests/documents/typed.hpp"

namespace assay::test {
namespace {

TEST(Commands, of_the_checkout_are_those_that_dev_knows) {
  const auto help = run(ASSAY_ROOT "/dev --help");
  ASSERT_EQ(help.code, 0) << help.output;
  const auto lines = typed("./dev");
  EXPECT_GE(lines.size(), 3u);
  for (const auto& [place, words] : lines) {
    ASSERT_GE(words.size(), 2u) << place;
    EXPECT_TRUE(says(help, "\n  " + words[1] + " ")) << place << "./dev has no " << words[1];
    for (const auto& word : words) {
      if (word.starts_with("--")) {
        EXPECT_TRUE(says(help, word)) << place << "no option " << word;
      }
    }
  }
}

}  // namespace
}  // namespace assay::test
