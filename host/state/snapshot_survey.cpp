#include "host/state/snapshot_survey.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <system_error>

#include "host/state/snapshot_file.hpp"

namespace assay::host {
namespace {

namespace fs = std::filesystem;

std::optional<SnapshotFinding> look_at(const fs::path& path, bool whole) {
  const auto name = path.filename().string();
  SnapshotFinding found;
  found.set_aside = name.ends_with(".snapshot.bad");
  if (!found.set_aside && !name.ends_with(".snapshot")) return std::nullopt;
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) return std::nullopt;  // gone meanwhile
  found.path = path;
  found.part = path.parent_path().filename().string();
  found.size = static_cast<std::uint64_t>(status.st_size);
  found.written = status.st_mtime;
  if (auto head = SnapshotReader::peek(path)) {
    found.head = std::move(*head);
  } else {
    found.trouble = head.error();
  }
  if (whole && found.trouble.empty()) {
    if (const auto reader = SnapshotReader::open(path); !reader) found.trouble = reader.error();
  }
  return found;
}

}  // namespace

tl::expected<std::vector<SnapshotFinding>, std::string> survey_snapshots(const fs::path& root,
                                                                         bool whole) {
  std::vector<SnapshotFinding> all;
  std::error_code error;
  auto folder = root;  // that is being opened
  for (fs::recursive_directory_iterator at(root, error), end; !error && at != end;
       at.increment(error)) {
    folder = at->path();
    if (auto found = look_at(at->path(), whole)) all.push_back(std::move(*found));
  }
  if (error && error != std::errc::no_such_file_or_directory) {
    return tl::unexpected(folder.string() + " cannot be read: " + error.message());
  }
  std::ranges::sort(all, {}, &SnapshotFinding::path);
  return all;
}

}  // namespace assay::host
