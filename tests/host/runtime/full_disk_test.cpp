// A disk that is really full: a file system of one MiB, and an engine that goes on.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <spdlog/sinks/ostream_sink.h>
#include <spdlog/spdlog.h>
#include <sys/mount.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "tests/host/runtime/state_world.hpp"
#include "tests/support/servers/temporary_folder.hpp"

namespace assay::tests {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::SizeIs;

// Mounted, where this process may do so.
class SmallDisk final {
 public:
  SmallDisk() {
    if (::mount("tmpfs", place_.path().c_str(), "tmpfs", 0, "size=1m") != 0) {
      trouble_ = std::strerror(errno);
    }
  }
  ~SmallDisk() {
    if (trouble_.empty()) ::umount2(place_.path().c_str(), MNT_DETACH);
  }
  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;

  // Why there is none; empty: there is one.
  [[nodiscard]] const std::string& trouble() const { return trouble_; }
  [[nodiscard]] const fs::path& path() const { return place_.path(); }
  // Leaves room for that many bytes.
  void fill_up_to(std::uintmax_t room) const {
    const std::string block(4'096, 'x');
    std::ofstream filler(path() / "filler", std::ios::binary);
    while (fs::space(path()).available > room && filler << block << std::flush) {
    }
  }
  void make_room() const { fs::remove(path() / "filler"); }

 private:
  testing::TemporaryFolder place_;
  std::string trouble_;
};

// What is logged meanwhile.
class Words final {
 public:
  Words() : before_(spdlog::default_logger()) {
    spdlog::set_default_logger(std::make_shared<spdlog::logger>(
        "words", std::make_shared<spdlog::sinks::ostream_sink_mt>(stream_)));
  }
  ~Words() { spdlog::set_default_logger(before_); }
  Words(const Words&) = delete;
  Words& operator=(const Words&) = delete;

  [[nodiscard]] std::vector<std::string> with(const std::string& part) const {
    std::vector<std::string> found;
    std::istringstream lines(stream_.str());
    for (std::string line; std::getline(lines, line);) {
      if (line.find(part) != std::string::npos) found.push_back(line);
    }
    return found;
  }

 private:
  std::ostringstream stream_;
  std::shared_ptr<spdlog::logger> before_;
};

TEST(FullDisk, costs_a_snapshot_is_told_once_and_leaves_the_older_one) {
  const SmallDisk disk;
  if (!disk.trouble().empty()) {
    GTEST_SKIP() << "no file system can be mounted here: " << disk.trouble();
  }
  const StateWorld world(2'000, 1, false);
  Delivered expected;
  {
    StateLife life(world, {}, expected);
    life.assign(0, 0);
    life.read(0, world.log.size());
  }
  const Words words;
  Delivered delivered;
  std::int64_t older = 0;
  {
    StateLife life(world, disk.path(), delivered);
    life.assign(0, 0);
    life.read(0, 500);
    life.save();
    ASSERT_EQ(life.keeper().report().written, 1u);
    older = life.keeper().saved({0}).value;
    disk.fill_up_to(8'192);
    for (const std::size_t at : {1'000, 1'500}) {
      life.read(0, at);
      life.save();
    }
    EXPECT_EQ(life.keeper().report().failed, 2u);
    const auto told = words.with("no snapshot could be written");
    ASSERT_THAT(told, SizeIs(1)) << "twice is once too often";
    EXPECT_THAT(told[0], HasSubstr("cannot be written: No space left on device"));
    const auto left = life.keeper().folder().list({core::PartitionId{0}});
    ASSERT_THAT(left, SizeIs(1));
    EXPECT_EQ(left[0].number, static_cast<std::uint64_t>(older));
    EXPECT_FALSE(fs::exists(left[0].path.string() + ".part"));

    disk.make_room();
    life.read(0, 1'600);
    life.save();
    EXPECT_EQ(life.keeper().report().written, 2u);
    EXPECT_THAT(words.with("snapshots are written again"), SizeIs(1));
    life.read(0, world.log.size());
  }
  EXPECT_EQ(delivered, expected);
}

}  // namespace
}  // namespace assay::tests
