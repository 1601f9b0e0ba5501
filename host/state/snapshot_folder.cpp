#include "host/state/snapshot_folder.hpp"

#include <algorithm>
#include <charconv>
#include <system_error>
#include <utility>

#include "host/version.hpp"

namespace assay::host {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kEnding = ".snapshot";
constexpr std::size_t kKept = 2;
constexpr const char* kAside = ".bad";
constexpr std::size_t kKeptAside = 3;

// Groups are free text to Kafka; a path is not.
std::string as_file_name(std::string_view text) {
  std::string name;
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '_' || c == '-' || (c == '.' && !name.empty());
    if (plain) {
      name += c;
    } else {
      constexpr std::string_view digits = "0123456789abcdef";
      const auto byte = static_cast<unsigned char>(c);
      name += {'%', digits[byte >> 4u], digits[byte & 15u]};
    }
  }
  return name;
}

// With leading zeros, so that names sort like numbers.
std::string padded(std::uint64_t number, std::size_t width) {
  const auto digits = std::to_string(number);
  return std::string(width - std::min(width, digits.size()), '0') + digits;
}

std::optional<std::uint64_t> number_of(const fs::path& path) {
  const auto name = path.filename().string();
  if (!name.ends_with(kEnding)) return std::nullopt;
  const auto digits = std::string_view(name).substr(0, name.size() - kEnding.size());
  std::uint64_t number = 0;
  const auto* end = digits.data() + digits.size();
  const auto [stopped, error] = std::from_chars(digits.data(), end, number);
  if (error != std::errc() || stopped != end) return std::nullopt;
  return number;
}

}  // namespace

std::string StatePart::name() const {
  if (!partition) return "shared";
  return "partition-" + padded(static_cast<std::uint64_t>(partition->value), 5);
}

SnapshotFolder::SnapshotFolder(const fs::path& root, SnapshotHead identity, Warn warn)
    : path_(root / as_file_name(identity.group) / as_file_name(identity.topic)),
      identity_(std::move(identity)),
      warn_(std::move(warn)) {
  identity_.engine = kVersion;
}

std::vector<SnapshotEntry> SnapshotFolder::list(const StatePart& part) const {
  std::vector<SnapshotEntry> found;
  std::error_code error;
  for (fs::directory_iterator at(path_ / part.name(), error), end; !error && at != end;
       at.increment(error)) {
    const auto number = number_of(at->path());
    std::error_code gone;
    const auto size = at->file_size(gone);
    if (number && !gone) found.push_back({at->path(), *number, size});
  }
  std::ranges::sort(found, std::ranges::greater(), &SnapshotEntry::number);
  return found;
}

std::string SnapshotFolder::difference(const SnapshotHead& head) const {
  if (head.group != identity_.group || head.topic != identity_.topic) {
    return "it is of group " + head.group + " and topic " + head.topic;
  }
  if (head.cluster != identity_.cluster) return "it is of another cluster, " + head.cluster;
  if (head.plan != identity_.plan) {
    return "it was taken with other features, rules with state or history settings (engine " +
           head.engine + ")";
  }
  return {};
}

std::unique_ptr<SnapshotReader> SnapshotFolder::newest(const StatePart& part,
                                                       std::uint64_t at_most) const {
  for (const auto& entry : list(part)) {
    if (entry.number > at_most) continue;
    auto reader = SnapshotReader::open(entry.path);
    if (!reader) {
      set_aside(entry.path, reader.error());
      continue;
    }
    if (const auto why = difference((*reader)->head()); !why.empty()) {
      // Not damaged: who goes back to the earlier configuration finds it again.
      warn_(entry.path.string() + " is passed over: " + why);
      continue;
    }
    return std::move(*reader);
  }
  return nullptr;
}

tl::expected<std::unique_ptr<SnapshotWriter>, std::string> SnapshotFolder::begin(
    const StatePart& part, std::uint64_t number, std::vector<SnapshotHead::Next> positions,
    std::int64_t newest) const {
  const auto folder = path_ / part.name();
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) return tl::unexpected(folder.string() + " cannot be made: " + error.message());
  remove_unfinished(folder);
  auto head = identity_;
  head.positions = std::move(positions);
  head.newest = newest;
  return SnapshotWriter::begin(folder / (padded(number, 20) + std::string(kEnding)), head);
}

void SnapshotFolder::remove(const fs::path& path) const {
  std::error_code error;
  fs::remove(path, error);
  if (error) warn_(path.string() + " cannot be removed: " + error.message());
}

void SnapshotFolder::remove_unfinished(const fs::path& folder) const {
  std::vector<fs::path> unfinished;
  std::error_code error;
  for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
    if (at->path().extension() == kUnfinished) unfinished.push_back(at->path());
  }
  for (const auto& path : unfinished) remove(path);
}

void SnapshotFolder::prune(const StatePart& part, std::uint64_t usable) const {
  const auto all = list(part);  // the newest first
  const auto is_usable = [&](const SnapshotEntry& entry) { return entry.number <= usable; };
  const auto newest_usable =
      static_cast<std::size_t>(std::ranges::find_if(all, is_usable) - all.begin());
  for (std::size_t i = kKept; i < all.size(); ++i) {
    if (i != newest_usable && i + 1 != newest_usable) remove(all[i].path);
  }
}

std::size_t SnapshotFolder::remove_above(const StatePart& part, std::uint64_t number) const {
  std::size_t removed = 0;
  for (const auto& entry : list(part)) {
    if (entry.number <= number) break;
    remove(entry.path);
    ++removed;
  }
  return removed;
}

// Those set aside are for a person to look at, who has enough of the same fault soon.
void SnapshotFolder::prune_aside(const fs::path& folder) const {
  std::vector<std::pair<fs::file_time_type, fs::path>> aside;
  std::error_code error;
  for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
    std::error_code gone;
    const auto written = at->last_write_time(gone);
    if (at->path().extension() == kAside && !gone) aside.emplace_back(written, at->path());
  }
  std::ranges::sort(aside, std::ranges::greater());
  for (std::size_t i = kKeptAside; i < aside.size(); ++i) remove(aside[i].second);
}

void SnapshotFolder::set_aside(const fs::path& path, const std::string& why) const {
  auto aside = path;
  aside += kAside;
  std::error_code error;
  fs::rename(path, aside, error);
  warn_(why + (error ? "; it cannot be set aside: " + error.message()
                     : "; it is set aside as " + aside.filename().string()));
  prune_aside(path.parent_path());
}

}  // namespace assay::host
