// What a person names as a file, and is none.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <assay/file.hpp>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>

namespace assay {
namespace {

using ::testing::HasSubstr;

class ReadFile : public ::testing::Test {
 protected:
  void SetUp() override {
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  std::string with(const std::string& text) const {
    std::ofstream(folder_ / "text", std::ios::binary) << text;
    return folder_ / "text";
  }
  std::string a_pipe() const {
    const std::string path = folder_ / "pipe";
    EXPECT_EQ(::mkfifo(path.c_str(), 0600), 0);
    return path;
  }

  std::filesystem::path folder_ =
      std::filesystem::path(::testing::TempDir()) /
      (std::string("file_") + ::testing::UnitTest::GetInstance()->current_test_info()->name());
};

TEST_F(ReadFile, is_read_to_its_end_where_it_is_within_the_bound) {
  const std::string text(100'000, 'x');
  const auto read = read_file(with(text), text.size());
  EXPECT_EQ(read.fault, "");
  EXPECT_EQ(read.text, text);
}

TEST_F(ReadFile, beyond_the_bound_is_refused) {
  EXPECT_EQ(read_file(with("1234"), 3).fault, "it is larger than 3 bytes");
  EXPECT_EQ(read_file("/dev/zero", 1'000, FileKind::stream).fault, "it is larger than 1000 bytes");
}

TEST_F(ReadFile, that_is_none_is_refused_and_not_waited_for) {
  for (const auto& path : {std::string("/dev/zero"), a_pipe(), folder_.string()}) {
    EXPECT_EQ(read_file(path, 1'000).fault, "it is not a regular file") << path;
  }
  EXPECT_EQ(read_file(folder_, 1'000, FileKind::stream).fault, "it is a folder");
  EXPECT_EQ(read_file(folder_ / "none", 1'000).fault, "there is no such file");
  EXPECT_THAT(read_file("/dev/null/x", 1'000).fault, HasSubstr("cannot be opened"));
}

TEST_F(ReadFile, may_be_a_pipe_where_that_is_asked_for) {
  const auto pipe = a_pipe();
  const std::jthread writer([&] { std::ofstream(pipe) << "piped"; });
  EXPECT_EQ(read_file(pipe, 1'000, FileKind::stream).text, "piped");
}

}  // namespace
}  // namespace assay
