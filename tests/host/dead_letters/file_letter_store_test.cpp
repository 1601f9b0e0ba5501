#include "host/dead_letters/file_letter_store.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <fstream>
#include <thread>

#include "host/dead_letters/letter_box.hpp"
#include "host/dead_letters/redrive.hpp"
#include "host/kafka/file_dead_letters.hpp"
#include "tests/support/servers/temporary_folder.hpp"

namespace assay::host {
namespace {

class FileLetterStoreTest : public ::testing::Test {
 protected:
  std::string path() const { return (folder_ / "dead.jsonl").string(); }

  // As the engine writes it.
  void write(std::int64_t from, std::int64_t to) const {
    const auto letters = FileDeadLetters::open(path(), {"assay", "0.1.0", "c0ffee"}, {});
    ASSERT_TRUE(letters) << letters.error();
    for (auto offset = from; offset < to; ++offset) {
      DeadLetter letter;
      letter.topic = "payments";
      letter.partition = {0};
      letter.offset = {offset};
      letter.error_class = "decode";
      letter.code = "bad_utf8";
      letter.value = "caf\xe9";
      (*letters)->send(std::move(letter), [] {});
    }
    ASSERT_TRUE((*letters)->flush(std::chrono::steady_clock::now() + std::chrono::seconds(60)));
  }
  std::vector<LetterCase> cases() const {
    LetterBox box;
    FileLetterStore store(path());
    const auto read = store.read([&](StoredNote note) { box.add(std::move(note)); });
    EXPECT_TRUE(read) << read.error().words;
    return std::move(box).cases();
  }

  testing::TemporaryFolder folder_;
};

TEST_F(FileLetterStoreTest, is_empty_where_nothing_was_ever_written) {
  EXPECT_TRUE(cases().empty());
}

TEST_F(FileLetterStoreTest, reads_what_the_engine_has_written_and_nothing_half_written) {
  write(0, 3);
  std::ofstream(path(), std::ios::app) << R"({"topic":"payments","part)";
  const auto found = cases();
  ASSERT_EQ(found.size(), 3U);
  EXPECT_EQ(found[2].letter.subject, (LetterSubject{"payments", 0, 2, ""}));
  EXPECT_EQ(found[2].letter.code, "bad_utf8");
  EXPECT_EQ(found[2].letter.value, "caf\xe9");
}

// The engine goes on writing at the place that it knows, so nothing may stand there but its own.
TEST_F(FileLetterStoreTest, keeps_resolutions_beside_the_file_that_the_engine_writes) {
  write(0, 2);
  FileLetterStore store(path());
  Resolution how;
  how.at = 1;
  ASSERT_TRUE(store.put(resolve_all(cases().at(0), how)));
  auto after = cases();
  EXPECT_FALSE(after.at(0).open);
  EXPECT_TRUE(after.at(1).open);
  write(2, 3);
  after = cases();
  ASSERT_EQ(after.size(), 3U);
  EXPECT_FALSE(after[0].open);
  EXPECT_TRUE(after[2].open);
}

TEST_F(FileLetterStoreTest, says_which_file_it_cannot_write) {
  FileLetterStore store((folder_ / "nowhere" / "dead.jsonl").string());
  const auto put = store.put({});
  ASSERT_FALSE(put);
  EXPECT_NE(put.error().words.find("dead.jsonl.resolved"), std::string::npos) << put.error().words;
}

}  // namespace
}  // namespace assay::host
