// What is named as an input and is none, or never ends.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <string>
#include <vector>

#include "tests/host/commands/program.hpp"
#include "tests/support/servers/temporary_folder.hpp"

namespace assay::testing {
namespace {

using ::testing::HasSubstr;

class Input : public ::testing::Test {
 protected:
  Input() {
    std::ofstream(folder_ / "assay.yaml")
        << "rules: { large: { version: 1, use: large_amount } }\n"
           "sinks: { store: { use: sqlite, config: { file: assay.db } } }\n"
           "chains: { main: { store: { sink: store, required: true } } }\n";
    std::ofstream(folder_ / "card.key") << "2b7e151628aed2a6abf7158809cf4f3c\n";
    std::ofstream(folder_ / "payment.json") << "{}";
  }
  Said eval(std::vector<std::string> words) {
    words.insert(words.begin(), "eval");
    words.insert(words.end(), {"-c", folder_ / "assay.yaml"});
    return run_assay(words);
  }

  TemporaryFolder folder_;
};

TEST_F(Input, of_eval_that_never_ends_is_refused) {
  const auto said = eval({"/dev/zero"});
  EXPECT_EQ(said.exit_code, 74);
  EXPECT_THAT(said.err, HasSubstr("/dev/zero cannot be read: it is larger than"));
  const auto history = eval({folder_ / "payment.json", "--after", "/dev/zero"});
  EXPECT_EQ(history.exit_code, 1);
  EXPECT_THAT(history.err, HasSubstr("/dev/zero:1: this is no transaction: the line is longer"));
}

TEST_F(Input, that_is_a_folder_is_an_error_of_the_input) {
  const auto folder = folder_.path().string();
  const std::vector<std::vector<std::string>> commands{
      {"eval", folder, "-c", folder_ / "assay.yaml"},
      {"eval", folder_ / "payment.json", "--after", folder, "-c", folder_ / "assay.yaml"},
      {"produce", "--properties-file", folder},
      {"token", "--key-file", folder, folder_ / "payment.json"},
      {"token", "--key-file", folder_ / "card.key", folder}};
  for (const auto& command : commands) {
    const auto said = run_assay(command);
    EXPECT_EQ(said.exit_code, 74) << command[0] << ": " << said.err;
    EXPECT_THAT(said.err, HasSubstr(folder)) << command[0];
  }
}

TEST_F(Input, of_a_list_or_a_key_that_never_ends_is_refused) {
  for (const std::vector<std::string>& command :
       {std::vector<std::string>{"produce", "--properties-file", "/dev/zero"},
        {"token", "--key-file", "/dev/zero", folder_ / "payment.json"},
        {"token", "--key-file", folder_ / "card.key", "/dev/zero"}}) {
    const auto said = run_assay(command);
    EXPECT_EQ(said.exit_code, 74) << command[0] << ": " << said.err;
    EXPECT_THAT(said.err, HasSubstr("larger than")) << command[0];
  }
}

TEST_F(Input, may_be_piped_into_eval) {
  std::ofstream(folder_ / "pipe.sh")
      << "cat " << (folder_ / "payment.json") << " | " << ASSAY_BINARY << " eval /dev/stdin -c "
      << (folder_ / "assay.yaml") << " 2>&1\n";
  auto* pipe = ::popen(("sh " + std::string(folder_ / "pipe.sh")).c_str(), "r");
  ASSERT_NE(pipe, nullptr);
  std::string all;
  for (int letter = 0; (letter = std::fgetc(pipe)) != EOF;) all += static_cast<char>(letter);
  ::pclose(pipe);
  EXPECT_THAT(all, HasSubstr("/dev/stdin: this is no transaction: "));
}

}  // namespace
}  // namespace assay::testing
