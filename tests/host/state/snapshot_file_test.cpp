#include "host/state/snapshot_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <csignal>
#include <fstream>
#include <vector>

#include "tests/support/servers/temporary_folder.hpp"

namespace assay::host {
namespace {

using ::testing::HasSubstr;

SnapshotHead some_head() {
  return {.group = "fraud",
          .topic = "transactions",
          .cluster = "c1",
          .plan = "0123abcd",
          .engine = "0.1.0",
          .newest = 1'700'000'000'000'000'000,
          .positions = {{{0}, {12}}, {{1}, {120'000}}}};
}

std::vector<std::byte> some_bytes(std::size_t size) {
  std::vector<std::byte> bytes(size);
  for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<std::byte>(i * 31 % 251);
  return bytes;
}

class SnapshotFile : public ::testing::Test {
 protected:
  void write(std::span<const std::byte> body) {
    auto writer = SnapshotWriter::begin(path_, some_head());
    ASSERT_TRUE(writer) << writer.error();
    (*writer)->write(body);
    const auto finished = (*writer)->finish();
    ASSERT_TRUE(finished) << finished.error();
  }
  std::string refusal() {
    const auto reader = SnapshotReader::open(path_);
    return reader ? "it is trusted" : reader.error();
  }
  void change(std::size_t at, char bits) {
    std::fstream file(path_, std::ios::in | std::ios::out | std::ios::binary);
    file.seekg(static_cast<std::streamoff>(at));
    const auto was = static_cast<char>(file.get());
    file.seekp(static_cast<std::streamoff>(at));
    file.put(static_cast<char>(was ^ bits));
  }

  testing::TemporaryFolder folder_;
  std::filesystem::path path_ = folder_ / "one.snapshot";
};

TEST_F(SnapshotFile, GivesBackWhatWasWrittenWhateverThePieces) {
  const auto body = some_bytes(3'000'001);  // more than the blocks it is written in
  write(body);
  const auto reader = SnapshotReader::open(path_);
  ASSERT_TRUE(reader) << reader.error();
  EXPECT_EQ((*reader)->head(), some_head());
  EXPECT_EQ((*reader)->remaining(), body.size());
  std::vector<std::byte> read(body.size());
  std::size_t at = 0;
  for (std::size_t piece = 1; at < read.size(); piece = piece * 3 + 1) {
    const auto part = std::span(read).subspan(at, std::min(piece, read.size() - at));
    ASSERT_TRUE((*reader)->read(part));
    at += part.size();
  }
  EXPECT_EQ(read, body);
  std::byte more{};
  EXPECT_FALSE((*reader)->take(more)) << "nothing is left";
}

TEST_F(SnapshotFile, IsTrustedToTheLastBitOrNotAtAll) {
  write(some_bytes(2'000));
  const auto size = std::filesystem::file_size(path_);
  for (std::size_t at = 0; at < size; at += 7) {
    change(at, 0x10);
    EXPECT_NE(refusal(), "it is trusted") << "with a bit changed in byte " << at;
    change(at, 0x10);
  }
  EXPECT_EQ(refusal(), "it is trusted");
}

TEST_F(SnapshotFile, CutShortAnywhereIsRefused) {
  write(some_bytes(500));
  for (auto size = std::filesystem::file_size(path_); size-- > 0;) {
    std::filesystem::resize_file(path_, size);
    EXPECT_NE(refusal(), "it is trusted") << "at " << size << " bytes";
  }
}

TEST_F(SnapshotFile, SaysWhatItIsInstead) {
  std::ofstream(path_) << std::string(200, 'x');
  EXPECT_THAT(refusal(), HasSubstr("it is something else"));
  std::ofstream(path_) << "short";
  EXPECT_THAT(refusal(), HasSubstr("too short"));
  std::filesystem::remove(path_);
  EXPECT_THAT(refusal(), HasSubstr("cannot be opened: No such file"));
}

TEST_F(SnapshotFile, OfALaterFormatNamesTheReleaseAsTheWayOut) {
  write(some_bytes(10));
  change(8, 0x40);
  EXPECT_THAT(refusal(), HasSubstr("written by a later release (format 66"));
}

TEST_F(SnapshotFile, OfAnEarlierFormatSaysThatTheLogIsReadInstead) {
  write(some_bytes(10));
  change(8, 0x03);
  EXPECT_THAT(refusal(), HasSubstr("written by an earlier release (format 1, this one reads 2)"));
}

TEST_F(SnapshotFile, UnfinishedLeavesNothingAndTouchesNothing) {
  write(some_bytes(10));
  {
    auto writer = SnapshotWriter::begin(path_, some_head());
    ASSERT_TRUE(writer);
    (*writer)->write(some_bytes(5'000'000));
  }
  EXPECT_EQ(refusal(), "it is trusted");
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder_.path()), {}), 1);
}

TEST_F(SnapshotFile, OnAFullDiskSaysSoAndKeepsTheEarlierOne) {
  write(some_bytes(10));
  // A limit on the size of files stands for the full disk: the kernel refuses the write alike.
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  const rlimit small{1'500'000, before.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &small), 0);
  auto writer = SnapshotWriter::begin(path_, some_head());
  ASSERT_TRUE(writer);
  (*writer)->write(some_bytes(5'000'000));
  const auto finished = (*writer)->finish();
  ::setrlimit(RLIMIT_FSIZE, &before);
  std::signal(SIGXFSZ, handler);
  ASSERT_FALSE(finished);
  EXPECT_THAT(finished.error(), HasSubstr("cannot be written: File too large"));
  writer->reset();
  EXPECT_EQ(refusal(), "it is trusted");
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder_.path()), {}), 1);
}

TEST_F(SnapshotFile, IsForItsOwnerOnly) {
  write(some_bytes(1));
  using std::filesystem::perms;
  EXPECT_EQ(std::filesystem::status(path_).permissions(), perms::owner_read | perms::owner_write);
}

}  // namespace
}  // namespace assay::host
