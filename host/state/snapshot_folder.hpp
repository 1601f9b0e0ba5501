// The folder that keeps the snapshots of one stream: the newest two of each partition, the newest
// that a start can use, and the one that will be of use next.
//
//   <state.dir>/<group>/<topic>/partition-00003/00000000000000120000.snapshot
//                               shared/00000000000000000007.snapshot
//
// The number is the next offset, or for the stores that partitions share a running number. A file
// that is damaged or foreign is set aside under another name and never trusted; the newest three of
// those are kept for a person to look at. Any number of processes may read a folder; only the owner
// of a partition writes into its own.
//
// Thread: any; of one partition, one at a time.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <utility>
#include <vector>

#include "host/state/snapshot_file.hpp"

namespace assay::host {

struct SnapshotEntry {
  std::filesystem::path path;
  std::uint64_t number = 0;  // as in its name
  std::uint64_t size = 0;    // bytes
};

// Which state of a stream: one partition's, or what the partitions share.
struct StatePart {
  std::optional<core::PartitionId> partition;  // nothing: shared
  [[nodiscard]] std::string name() const;
};

class SnapshotFolder final {
 public:
  using Warn = std::function<void(const std::string&)>;

  // Identity: what a snapshot's head must say to be ours; its positions do not count.
  SnapshotFolder(const std::filesystem::path& root, SnapshotHead identity, Warn warn);

  // The same folder, for what was made and is to be made by another plan.
  [[nodiscard]] SnapshotFolder of_plan(std::string plan) const {
    auto other = *this;
    other.identity_.plan = std::move(plan);
    return other;
  }
  [[nodiscard]] const std::string& plan() const { return identity_.plan; }

  // Newest first.
  [[nodiscard]] std::vector<SnapshotEntry> list(const StatePart& part) const;

  // The newest good one whose number is at most `at_most`. What is not good is set aside with a
  // warning; what was made by another plan is passed over with one.
  [[nodiscard]] std::unique_ptr<SnapshotReader> newest(const StatePart& part,
                                                       std::uint64_t at_most) const;

  // Begins a file with that number; `positions` and `newest` go into its head. What a process that
  // was killed had begun of the part is removed.
  [[nodiscard]] tl::expected<std::unique_ptr<SnapshotWriter>, std::string> begin(
      const StatePart& part, std::uint64_t number, std::vector<SnapshotHead::Next> positions,
      std::int64_t newest) const;
  // After a file was finished: removes all but the newest two, the newest whose number is at most
  // `usable`, and the one that comes next behind it. What a start can use stays until there is
  // something better, and however far `usable` lags, it comes to something better in the end.
  void prune(const StatePart& part, std::uint64_t usable) const;
  // Removes those whose number is above `number`: records from there on are read again, so what
  // they hold is of a future that may turn out otherwise. Answers how many there were.
  std::size_t remove_above(const StatePart& part, std::uint64_t number) const;
  // Whoever found that a body does not fit says so.
  void set_aside(const std::filesystem::path& path, const std::string& why) const;

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  [[nodiscard]] std::string difference(const SnapshotHead& head) const;
  void remove(const std::filesystem::path& path) const;
  void remove_unfinished(const std::filesystem::path& folder) const;
  void prune_aside(const std::filesystem::path& folder) const;

  std::filesystem::path path_;
  SnapshotHead identity_;
  Warn warn_;
};

}  // namespace assay::host
