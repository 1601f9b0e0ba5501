// Every snapshot below a folder, of whatever group and topic, for a person who wants to know.
//
// Thread: any.
#pragma once

#include <cstdint>
#include <ctime>
#include <filesystem>
#include <optional>
#include <string>
#include <tl/expected.hpp>
#include <vector>

#include "host/state/snapshot_head.hpp"

namespace assay::host {

struct SnapshotFinding {
  std::filesystem::path path;
  std::string part;  // `shared`, or `partition-` and its number
  std::uint64_t size = 0;
  std::time_t written = 0;  // UTC seconds
  bool set_aside = false;
  std::optional<SnapshotHead> head;  // nothing where it cannot be read
  std::string trouble;               // what is wrong with it; empty: nothing that was looked at
};

// `whole`: each is read to its end and checked; else only what it says about itself is read. By
// path. None where the folder does not exist; a folder that cannot be read is an error, for it may
// hold some.
[[nodiscard]] tl::expected<std::vector<SnapshotFinding>, std::string> survey_snapshots(
    const std::filesystem::path& root, bool whole);

}  // namespace assay::host
