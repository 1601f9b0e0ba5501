// The copy that is loaded in the place of a file that may change.
#include "host/plugin_files/private_copy.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>

namespace assay::tests {
namespace {

namespace fs = std::filesystem;
using host::PrivateCopy;
using ::testing::HasSubstr;

constexpr gid_t kStrangers = 65534;

// Of "abc", by FIPS 180-2.
constexpr const char* kDigestOfAbc =
    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

class PrivateCopyTest : public ::testing::Test {
 protected:
  PrivateCopyTest()
      : folder_(fs::path(::testing::TempDir()) /
                ::testing::UnitTest::GetInstance()->current_test_info()->name()) {
    fs::remove_all(folder_);
    fs::create_directories(folder_);
  }
  ~PrivateCopyTest() override { fs::remove_all(folder_); }

  std::string write(const std::string& name, const std::string& text) const {
    std::ofstream(folder_ / name) << text;
    return folder_ / name;
  }
  static std::string contents(const std::string& path) {
    std::ifstream file(path);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  }
  std::string cache() const { return folder_ / "made" / "cache"; }
  std::vector<std::string> cached() const {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(cache())) {
      names.push_back(entry.path().filename());
    }
    return names;
  }
  static tl::expected<PrivateCopy, host::CopyFault> copy_of(const std::string& path,
                                                            const std::string& cache) {
    return PrivateCopy::make(path, 1000, cache, {});
  }
  // The words of a refusal, or nothing.
  std::string refusal(const std::string& path, const std::string& cache) const {
    const auto copy = copy_of(path, cache);
    return copy ? "" : copy.error().message + "; " + copy.error().help;
  }
  const fs::path& folder() const { return folder_; }

 private:
  fs::path folder_;
};

TEST_F(PrivateCopyTest, is_named_after_its_content_in_a_folder_of_its_user_alone) {
  auto copy = copy_of(write("abc.so", "abc"), cache());
  ASSERT_TRUE(copy) << copy.error().message;
  EXPECT_EQ(copy->sha256(), kDigestOfAbc);
  const auto path = copy->keep();
  ASSERT_TRUE(path) << path.error().message;
  EXPECT_EQ(*path, cache() + "/abc." + kDigestOfAbc + ".so");
  EXPECT_EQ(contents(*path), "abc");
  struct stat status {};
  ASSERT_EQ(::stat(path->c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0500U);
  ASSERT_EQ(::stat(cache().c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0700U);
}

TEST_F(PrivateCopyTest, does_not_change_with_the_file) {
  const auto file = write("abc.so", "abc");
  auto copy = copy_of(file, cache());
  ASSERT_TRUE(copy);
  write("abc.so", "something else");
  const auto path = copy->keep();
  ASSERT_TRUE(path);
  EXPECT_EQ(contents(*path), "abc");
}

TEST_F(PrivateCopyTest, that_is_not_kept_leaves_nothing) {
  { ASSERT_TRUE(copy_of(write("abc.so", "abc"), cache())); }
  EXPECT_THAT(cached(), ::testing::IsEmpty());
}

TEST_F(PrivateCopyTest, trusts_nothing_that_lies_in_its_place) {
  fs::create_directories(cache());
  fs::permissions(cache(), fs::perms::owner_all);
  const auto name = cache() + "/abc." + kDigestOfAbc + ".so";
  std::ofstream(name) << "planted";
  fs::create_symlink(folder() / "elsewhere", fs::path(cache()) / ".incoming");
  auto copy = copy_of(write("abc.so", "abc"), cache());
  ASSERT_TRUE(copy) << copy.error().message;
  const auto path = copy->keep();
  ASSERT_TRUE(path);
  EXPECT_EQ(*path, name);
  EXPECT_EQ(contents(name), "abc");
  EXPECT_FALSE(fs::exists(folder() / "elsewhere"));
}

TEST_F(PrivateCopyTest, goes_into_no_folder_that_others_can_write) {
  fs::create_directories(cache());
  fs::permissions(cache(), fs::perms::owner_all | fs::perms::group_all);
  EXPECT_THAT(refusal(write("abc.so", "abc"), cache()),
              HasSubstr("is open to other users; name another folder as `plugins.cache`"));
  fs::create_directory_symlink(folder(), folder() / "link");
  EXPECT_THAT(refusal(write("abc.so", "abc"), folder() / "link"), HasSubstr("cannot be opened"));
}

TEST_F(PrivateCopyTest, goes_into_no_folder_that_others_can_replace) {
  const auto parent = folder() / "made";
  const auto file = write("abc.so", "abc");
  ASSERT_EQ(refusal(file, cache()), "");
  // A user's own group may write, as many systems have it.
  fs::permissions(parent, fs::perms::owner_all | fs::perms::group_write);
  EXPECT_EQ(refusal(file, cache()), "");
  // As root a group that is not ours can be given; else everybody stands for it.
  const bool root = ::geteuid() == 0;
  ASSERT_TRUE(!root || ::chown(parent.c_str(), 0, kStrangers) == 0);
  for (const auto others :
       {root ? fs::perms::group_write : fs::perms::others_write, fs::perms::others_write}) {
    fs::permissions(parent, fs::perms::owner_all | others);
    EXPECT_EQ(refusal(file, cache()),
              "cannot be copied: `" + parent.string() + "`, above the folder `" + cache() +
                  "`, can be written by other users, who could put another folder in its place; "
                  "take that right away (`chmod go-w " +
                  parent.string() +
                  "`), or name as `plugins.cache` a folder all of whose parents only their owners "
                  "can write");
    // By a way around it, too.
    fs::remove(folder() / "link");
    fs::create_directory_symlink(parent, folder() / "link");
    EXPECT_THAT(refusal(file, folder() / "link" / "cache"), HasSubstr("can be written by other"));
  }
  fs::permissions(parent, fs::perms::all | fs::perms::sticky_bit);
  EXPECT_EQ(refusal(file, cache()), "");
}

TEST_F(PrivateCopyTest, makes_the_parents_that_are_missing_for_its_user_alone) {
  const auto before = ::umask(0);
  const auto refused = refusal(write("abc.so", "abc"), cache() + "/");
  ::umask(before);
  EXPECT_EQ(refused, "");
  EXPECT_EQ(fs::status(folder() / "made").permissions(), fs::perms::owner_all);
  EXPECT_EQ(fs::status(cache()).permissions(), fs::perms::owner_all);
}

TEST_F(PrivateCopyTest, waits_for_another_one_says_so_once_and_gives_up) {
  const auto file = write("abc.so", "abc");
  auto first = copy_of(file, cache());
  ASSERT_TRUE(first) << first.error().message;
  std::vector<std::string> told;
  const PrivateCopy::Patience patience{std::chrono::milliseconds(70),
                                       [&](const std::string& locked) { told.push_back(locked); },
                                       std::chrono::milliseconds(0)};
  const auto second = PrivateCopy::make(file, 1000, cache(), patience);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().message, "cannot be copied: the folder `" + cache() +
                                        "` was locked by another process all of 70 ms");
  EXPECT_THAT(second.error().help, HasSubstr("end the process that holds it"));
  EXPECT_THAT(told, ::testing::ElementsAre(cache()));
}

// Two that start at a time are nothing to speak of.
TEST_F(PrivateCopyTest, waits_a_moment_without_a_word) {
  const auto file = write("abc.so", "abc");
  auto first = copy_of(file, cache());
  ASSERT_TRUE(first) << first.error().message;
  std::vector<std::string> told;
  PrivateCopy::Patience patience{std::chrono::milliseconds(30), {}};
  patience.waits = [&](const std::string& locked) { told.push_back(locked); };
  EXPECT_FALSE(PrivateCopy::make(file, 1000, cache(), patience));
  EXPECT_THAT(told, ::testing::IsEmpty());
}

// What a plugin does while it is loaded may take for ever.
TEST_F(PrivateCopyTest, that_is_kept_holds_nobody_up) {
  const auto file = write("abc.so", "abc");
  auto first = copy_of(file, cache());
  ASSERT_TRUE(first) << first.error().message;
  ASSERT_TRUE(first->keep());
  const auto second =
      PrivateCopy::make(file, 1000, cache(), {.most = std::chrono::milliseconds(0)});
  EXPECT_TRUE(second) << second.error().message;
}

TEST_F(PrivateCopyTest, of_a_file_above_the_limit_or_of_a_folder_is_not_begun) {
  EXPECT_EQ(refusal(write("abc.so", std::string(1001, 'x')), cache()),
            "is larger than plugins.max_size allows: 1001 bytes, at most 1000; ");
  EXPECT_EQ(refusal(folder(), cache()), "is not a regular file; ");
  EXPECT_THAT(cached(), ::testing::IsEmpty());
}

TEST_F(PrivateCopyTest, of_every_name_the_newest_four_stay) {
  std::string last;
  for (int i = 0; i < 7; ++i) {
    auto copy = copy_of(write("abc.so", std::to_string(i)), cache());
    ASSERT_TRUE(copy);
    last = copy->keep().value();
  }
  auto other = copy_of(write("other.so", "0"), cache());
  ASSERT_TRUE(other->keep());
  EXPECT_EQ(cached().size(), 5U);
  EXPECT_EQ(contents(last), "6");
}

}  // namespace
}  // namespace assay::tests
