#include "host/commands/token_command.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

namespace assay::host {
namespace {

constexpr std::string_view kKey = "2b7e151628aed2a6abf7158809cf4f3c";

core::CardTokenizer tokenizer() { return core::CardTokenizer(core::CardKey::parse(kKey).value()); }

std::string token_of(std::string_view number) {
  return core::format_token(tokenizer().mac(number));
}

std::string contents(const std::filesystem::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

class TokenCommand : public testing::Test {
 protected:
  void SetUp() override {
    auto name = (std::filesystem::temp_directory_path() / "assay-token-XXXXXX").string();
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    folder_ = name;
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  int run(std::vector<std::string> arguments) {
    CLI::App app;
    int exit_code = -1;
    add_token_command(app, exit_code);
    std::reverse(arguments.begin(), arguments.end());
    app.parse(arguments);
    return exit_code;
  }
  std::string write(const std::string& name, std::string_view text) {
    std::ofstream(folder_ / name) << text;
    return folder_ / name;
  }

  std::filesystem::path folder_;
};

TEST_F(TokenCommand, converts_numbers_and_leaves_the_rest_of_the_list) {
  const auto list = tokenise_list(
      "# stolen in May\n\n4556 7375 8689 9855, expires=2027-01-01, reason=stolen\n"
      "\"4556-7375-8689-9855\"\n" +
          token_of("4556737586899855"),
      tokenizer());
  ASSERT_TRUE(list.has_value()) << list.error();
  const auto token = token_of("4556737586899855");
  EXPECT_EQ(*list, "# stolen in May\n\n" + token + ", expires=2027-01-01, reason=stolen\n" + token +
                       "\n" + token + "\n");
}

TEST_F(TokenCommand, masks_numbers_in_comments_and_reasons) {
  const auto list = tokenise_list(
      "# like 4556737586899855\n4556737586899855, reason=see 4556737586899855\n", tokenizer());
  ASSERT_TRUE(list.has_value());
  EXPECT_EQ(list->find("4556737586899855"), std::string::npos);
}

TEST_F(TokenCommand, names_the_line_that_is_no_card_number_and_not_its_text) {
  const auto list = tokenise_list("4556737586899855\n45567375x86899855\n", tokenizer());
  ASSERT_FALSE(list.has_value());
  EXPECT_EQ(list.error(),
            "2: expected a card number of 12 to 19 digits (spaces and dashes allowed) or a token, "
            "and behind it at most a comma and the rest of the entry");
}

TEST_F(TokenCommand, writes_a_key_that_only_its_owner_can_read) {
  const auto path = (folder_ / "card.key").string();
  ASSERT_EQ(run({"token", "keygen", path}), 0);
  struct stat status {};
  ASSERT_EQ(stat(path.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777, 0600u);
  const auto key = core::CardKey::parse(contents(path));
  ASSERT_TRUE(key.has_value()) << key.error();
  EXPECT_EQ(key->bytes().size(), 32u);
}

TEST_F(TokenCommand, never_overwrites_a_key) {
  const auto path = write("card.key", kKey);
  EXPECT_EQ(run({"token", "keygen", path}), 74);
  EXPECT_EQ(contents(path), kKey);
  EXPECT_EQ(write_card_key(path).error(),
            path +
                ": File exists; a key is never overwritten, because its tokens could not be "
                "made again");
}

TEST_F(TokenCommand, prints_the_list_of_a_file_with_the_key_of_a_file) {
  const auto key = write("card.key", std::string(kKey) + "\n");
  const auto list = write("cards.txt", "4556737586899855\n");
  testing::internal::CaptureStdout();
  EXPECT_EQ(run({"token", "--key-file", key, list}), 0);
  EXPECT_EQ(testing::internal::GetCapturedStdout(), token_of("4556737586899855") + "\n");
}

TEST_F(TokenCommand, says_what_is_wrong_with_key_and_files) {
  const auto list = write("cards.txt", "4556737586899855\nno\n");
  const auto key = write("card.key", kKey);
  const auto short_key = write("short.key", "abc");
  testing::internal::CaptureStderr();
  EXPECT_EQ(run({"token", "--key-file", short_key, list}), 2);
  EXPECT_EQ(run({"token", "--key-file", (folder_ / "none").string(), list}), 74);
  EXPECT_EQ(run({"token", "--key-file", key, (folder_ / "none").string()}), 74);
  EXPECT_EQ(run({"token", "--key-file", key, list}), 2);
  unsetenv("ASSAY_CARD_KEY");
  EXPECT_EQ(run({"token", list}), 2);
  const auto words = testing::internal::GetCapturedStderr();
  EXPECT_NE(words.find("short.key: a card key is 32 or 64 hex digits"), std::string::npos) << words;
  EXPECT_NE(words.find("none cannot be read: there is no such file"), std::string::npos) << words;
  EXPECT_NE(words.find("cards.txt:2: expected a card number"), std::string::npos) << words;
  EXPECT_NE(words.find("no card key; name its file with --key-file"), std::string::npos) << words;
  EXPECT_EQ(words.find("4556737586899855"), std::string::npos) << words;
}

}  // namespace
}  // namespace assay::host
