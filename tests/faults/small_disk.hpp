// A disk of a few megabytes for a tablespace of PostgreSQL, that a test fills and clears: a file
// system in memory, unmounted with this object. Whatever is on it must be gone by then.
//
// Thread: one.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "tests/support/servers/temporary_folder.hpp"

namespace assay::testing::faults {

class SmallDisk {
 public:
  // Throws where it cannot be mounted.
  explicit SmallDisk(int mebibytes);
  ~SmallDisk();
  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;

  // Why this machine mounts none; nothing when it does.
  static std::optional<std::string> unavailable();

  // Empty, and PostgreSQL's own.
  [[nodiscard]] std::filesystem::path tablespace() const { return root_ / "tablespace"; }
  // Leaves no byte free.
  void fill() const;
  void make_room() const;

 private:
  TemporaryFolder root_;
};

}  // namespace assay::testing::faults
