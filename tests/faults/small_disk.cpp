#include "tests/faults/small_disk.hpp"

#include <pwd.h>
#include <sys/mount.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <fstream>
#include <system_error>

namespace assay::testing::faults {

// The throw-away server of the tests runs as this user where the tests run as root.
SmallDisk::SmallDisk(int mebibytes) {
  const auto options = "size=" + std::to_string(mebibytes) + "m,mode=711";
  std::filesystem::permissions(root_.path(), std::filesystem::perms::owner_all |
                                                 std::filesystem::perms::group_exec |
                                                 std::filesystem::perms::others_exec);
  if (::mount("small-disk", root_.path().c_str(), "tmpfs", 0, options.c_str()) != 0) {
    throw std::system_error(errno, std::generic_category(), "mount");
  }
  std::filesystem::create_directory(tablespace());
  std::filesystem::permissions(tablespace(), std::filesystem::perms::owner_all);
  if (const auto* user = ::getpwnam("postgres")) {
    if (::chown(tablespace().c_str(), user->pw_uid, user->pw_gid) != 0) {
      throw std::system_error(errno, std::generic_category(), "chown");
    }
  }
}

SmallDisk::~SmallDisk() { ::umount2(root_.path().c_str(), MNT_DETACH); }

std::optional<std::string> SmallDisk::unavailable() {
  try {
    const SmallDisk tried(1);
    return std::nullopt;
  } catch (const std::system_error& error) {
    return std::string("a small disk needs the right to mount a tmpfs: ") + error.what();
  }
}

void SmallDisk::fill() const {
  std::ofstream filler(root_ / "filler", std::ios::binary);
  const std::array<char, 4'096> page{};
  while (filler.write(page.data(), page.size()).flush()) {
  }
}

void SmallDisk::make_room() const { std::filesystem::remove(root_ / "filler"); }

}  // namespace assay::testing::faults
