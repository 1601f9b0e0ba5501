#include "host/kafka/file_dead_letters.hpp"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <algorithm>
#include <atomic>
#include <csignal>
#include <fstream>
#include <mutex>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/servers/temporary_folder.hpp"

namespace assay::host {
namespace {

using namespace std::chrono_literals;

std::vector<nlohmann::json> lines_of(const std::string& path) {
  std::vector<nlohmann::json> lines;
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) lines.push_back(nlohmann::json::parse(line));
  return lines;
}

auto soon() { return std::chrono::steady_clock::now() + 10s; }

TEST(file_dead_letters, are_whole_lines_on_the_disk_before_they_are_acknowledged) {
  const testing::TemporaryFolder folder;
  const std::string path = folder / "letters.jsonl";
  const auto letters = FileDeadLetters::open(path, {.group = "assay"}, {});
  ASSERT_TRUE(letters) << letters.error();
  std::atomic<std::size_t> seen = 0;
  (*letters)->send({.topic = "t", .partition = {1}, .offset = {2}, .value = "{\"a\":1}"},
                   [&] { seen = lines_of(path).size(); });
  ASSERT_TRUE((*letters)->flush(soon()));
  EXPECT_EQ(seen, 1U);
  const auto lines = lines_of(path);
  EXPECT_EQ(lines.at(0).at("value"), "{\"a\":1}");
  EXPECT_EQ(lines.at(0).at("offset"), 2);
  EXPECT_EQ(lines.at(0).at("headers").at("__connect.errors.topic"), "t");
  const auto counters = (*letters)->counters();
  EXPECT_EQ(counters.acknowledged, 1U);
  EXPECT_EQ(counters.pending, 0U);
  EXPECT_EQ(counters.pending_bytes, 0U);
}

TEST(file_dead_letters, keep_bytes_that_are_not_text) {
  const testing::TemporaryFolder folder;
  const std::string path = folder / "letters.jsonl";
  const auto letters = FileDeadLetters::open(path, {}, {});
  ASSERT_TRUE(letters);
  (*letters)->send({.topic = "t", .value = "\xff\x01"}, [] {});
  ASSERT_TRUE((*letters)->flush(soon()));
  EXPECT_EQ(lines_of(path).at(0).at("value_hex"), "ff01");
}

TEST(file_dead_letters, cut_off_what_a_crash_left_of_a_line) {
  const testing::TemporaryFolder folder;
  const std::string path = folder / "letters.jsonl";
  std::ofstream(path) << "{\"whole\":true}\n{\"torn\":" << std::string(9'000, '1');
  const auto letters = FileDeadLetters::open(path, {}, {});
  ASSERT_TRUE(letters);
  (*letters)->send({.topic = "t"}, [] {});
  ASSERT_TRUE((*letters)->flush(soon()));
  const auto lines = lines_of(path);
  ASSERT_EQ(lines.size(), 2U);
  EXPECT_TRUE(lines[0].contains("whole"));
  EXPECT_EQ(lines[1].at("topic"), "t");
}

// The limit on file sizes stands for a full disk: writes stop half-way through a line.
class SmallDisk {
 public:
  explicit SmallDisk(rlim_t bytes) {
    handler_ = std::signal(SIGXFSZ, SIG_IGN);
    ::getrlimit(RLIMIT_FSIZE, &before_);
    rlimit small = before_;
    small.rlim_cur = bytes;
    ::setrlimit(RLIMIT_FSIZE, &small);
  }
  ~SmallDisk() {
    ::setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, handler_);
  }
  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;

 private:
  rlimit before_{};
  void (*handler_)(int) = nullptr;
};

TEST(file_dead_letters, wait_for_a_disk_that_is_full_and_leave_no_half_line) {
  const testing::TemporaryFolder folder;
  const std::string path = folder / "letters.jsonl";
  std::mutex mutex;
  std::vector<std::string> told;
  const auto letters = FileDeadLetters::open(path, {}, [&](KafkaLogLevel, std::string_view text) {
    const std::lock_guard lock(mutex);
    told.emplace_back(text);
  });
  ASSERT_TRUE(letters);
  std::atomic<int> acknowledged = 0;
  std::optional<std::string> trouble;
  {
    const SmallDisk disk(64);
    (*letters)->send({.topic = "t"}, [&] { ++acknowledged; });
    while (!(trouble = (*letters)->trouble())) std::this_thread::yield();
    EXPECT_EQ(acknowledged, 0);
    EXPECT_EQ((*letters)->counters().pending, 1U);
  }
  EXPECT_EQ(*trouble, "File too large");
  ASSERT_TRUE((*letters)->flush(soon()));
  EXPECT_EQ(acknowledged, 1);
  EXPECT_FALSE((*letters)->trouble());
  EXPECT_EQ(lines_of(path).size(), 1U);
  const auto over = "dead-letter file " + path + ": takes letters again";
  const auto end = soon();
  const auto said = [&] {
    const std::lock_guard lock(mutex);
    return std::ranges::find(told, over) != told.end();
  };
  while (!said() && std::chrono::steady_clock::now() < end) std::this_thread::yield();
  const std::lock_guard lock(mutex);
  EXPECT_EQ(told,
            (std::vector<std::string>{"dead-letter file " + path + ": File too large", over}));
}

TEST(file_dead_letters, name_the_file_that_cannot_be_opened) {
  const testing::TemporaryFolder folder;
  const auto letters = FileDeadLetters::open(folder / "no/such/folder", {}, {});
  ASSERT_FALSE(letters);
  EXPECT_NE(letters.error().find("no/such/folder"), std::string::npos);
}

}  // namespace
}  // namespace assay::host
