#include "host/plugin_files/private_copy.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <span>
#include <thread>
#include <utility>
#include <vector>

#include "host/plugin_files/digest.hpp"
#include "host/plugin_files/plugin_file.hpp"

namespace assay::host {
namespace {

namespace fs = std::filesystem;

constexpr const char* kTemporary = ".incoming";  // one, because the folder is locked
constexpr std::size_t kCopiesKept = 4;           // of each name
constexpr const char* kAdvice =
    "name another folder as `plugins.cache`: it belongs to the engine's user alone, mode 0700";

using Fault = tl::unexpected<CopyFault>;

constexpr std::chrono::milliseconds kLookAgain{20};

Fault fault(std::string message) { return Fault(CopyFault{std::move(message), kAdvice}); }
Fault fault_by_errno(const std::string& what) { return fault(what + ": " + std::strerror(errno)); }

bool write_all(int file, std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const auto written = ::write(file, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
  return true;
}

// Of a folder that is missing nobody else can take the place: each is made for this user alone.
void make_folders(const fs::path& folder) {
  fs::path so_far;
  for (const auto& part : folder) {
    so_far /= part;
    ::mkdir(so_far.c_str(), 0700);  // whoever uses it says what is wrong
  }
}

// Everybody's, or a group's that is not our own: many systems give each user a group by the same
// name, and let it write.
bool others_may_change(const struct stat& folder) {
  if ((folder.st_mode & S_ISVTX) != 0) return false;
  const bool by_group = (folder.st_mode & S_IWGRP) != 0 && folder.st_gid != ::getegid();
  return by_group || (folder.st_mode & S_IWOTH) != 0;
}

// Whoever can write a folder can put another one in the place of what lies in it, unless its sticky
// bit keeps each to his own. `folder` is without links.
tl::expected<void, CopyFault> check_parents(const fs::path& folder) {
  for (auto parent = folder.parent_path();; parent = parent.parent_path()) {
    const auto about =
        "cannot be copied: `" + parent.string() + "`, above the folder `" + folder.string() + "`, ";
    struct stat status {};
    if (::stat(parent.c_str(), &status) != 0) return fault_by_errno(about + "cannot be looked at");
    if (others_may_change(status)) {
      return Fault(CopyFault{
          about + "can be written by other users, who could put another folder in its place",
          "take that right away (`chmod go-w " + parent.string() +
              "`), or name as `plugins.cache` a folder all of whose parents only their owners can "
              "write"});
    }
    if (parent == parent.parent_path()) return {};
  }
}

}  // namespace

PrivateCopy::PrivateCopy(std::string stem, std::string folder)
    : stem_(std::move(stem)), folder_(std::move(folder)) {}

PrivateCopy::PrivateCopy(PrivateCopy&& other) noexcept
    : stem_(std::move(other.stem_)),
      folder_(std::move(other.folder_)),
      sha256_(std::move(other.sha256_)),
      size_(other.size_),
      directory_(std::exchange(other.directory_, -1)),
      file_(std::exchange(other.file_, -1)),
      temporary_(std::exchange(other.temporary_, false)) {}

PrivateCopy::~PrivateCopy() {
  if (temporary_) ::unlinkat(directory_, kTemporary, 0);
  if (file_ >= 0) ::close(file_);
  if (directory_ >= 0) ::close(directory_);
}

tl::expected<PrivateCopy, CopyFault> PrivateCopy::make(const std::string& path,
                                                       std::int64_t max_size,
                                                       const std::string& folder,
                                                       const Patience& patience) {
  PrivateCopy copy(fs::path(path).stem(), folder);
  if (const auto opened = copy.open_folder(patience); !opened) return Fault(opened.error());
  if (const auto filled = copy.fill(path, max_size); !filled) return Fault(filled.error());
  return copy;
}

tl::expected<void, CopyFault> PrivateCopy::open_folder(const Patience& patience) {
  auto place = fs::absolute(folder_).lexically_normal();
  if (!place.has_filename()) place = place.parent_path();
  make_folders(place.parent_path());
  std::error_code failure;
  const auto parent = fs::canonical(place.parent_path(), failure);
  folder_ = ((failure ? place.parent_path() : parent) / place.filename()).string();
  const auto about = "cannot be copied: the folder `" + folder_ + "` ";
  if (::mkdir(folder_.c_str(), 0700) != 0 && errno != EEXIST) {
    return fault_by_errno(about + "cannot be made");
  }
  directory_ = ::open(folder_.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (directory_ < 0) return fault_by_errno(about + "cannot be opened");
  struct stat status {};
  if (::fstat(directory_, &status) != 0) return fault_by_errno(about + "cannot be looked at");
  if (status.st_uid != ::geteuid()) return fault(about + "belongs to another user");
  if ((status.st_mode & 077) != 0) return fault(about + "is open to other users");
  if (const auto checked = check_parents(folder_); !checked) return Fault(checked.error());
  return lock(patience);
}

tl::expected<void, CopyFault> PrivateCopy::lock(const Patience& patience) {
  const auto about = "cannot be copied: the folder `" + folder_ + "` ";
  const auto begun = std::chrono::steady_clock::now();
  bool told = false;
  while (::flock(directory_, LOCK_EX | LOCK_NB) != 0) {
    if (errno == EINTR) continue;
    if (errno != EWOULDBLOCK) return fault_by_errno(about + "cannot be locked");
    const auto waited = std::chrono::steady_clock::now() - begun;
    if (waited >= patience.unsaid && !std::exchange(told, true) && patience.waits) {
      patience.waits(folder_);
    }
    if (waited >= patience.most) {
      return Fault(CopyFault{about + "was locked by another process all of " +
                                 std::to_string(patience.most.count()) + " ms",
                             "end the process that holds it (`fuser -v " + folder_ +
                                 "`), or give each its own `plugins.cache`"});
    }
    std::this_thread::sleep_for(kLookAgain);
  }
  return {};
}

tl::expected<void, CopyFault> PrivateCopy::fill(const std::string& path, std::int64_t max_size) {
  const auto source = PluginFile::open(path, max_size);
  if (!source) return Fault(CopyFault{source.error(), {}});
  ::unlinkat(directory_, kTemporary, 0);  // of a process that was killed
  file_ =
      ::openat(directory_, kTemporary, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0500);
  if (file_ < 0) return fault_by_errno("cannot be copied into `" + folder_ + "`");
  temporary_ = true;
  Digest digest;
  bool writing = false;
  const bool whole = for_each_piece(source->bytes(), [&](std::span<const std::byte> piece) {
    digest.add(piece);
    writing = true;
    if (!write_all(file_, piece)) return false;
    writing = false;
    return true;
  });
  if (writing) return fault_by_errno("cannot be copied into `" + folder_ + "`");
  if (!whole) {
    return Fault(CopyFault{"cannot be read to its end: it changes, or the disk fails", {}});
  }
  size_ = source->size();
  sha256_ = digest.hex();
  return {};
}

tl::expected<std::string, CopyFault> PrivateCopy::keep() {
  const auto name = stem_ + "." + sha256_ + ".so";
  if (::renameat(directory_, kTemporary, directory_, name.c_str()) != 0) {
    return fault_by_errno("cannot be copied into `" + folder_ + "`");
  }
  temporary_ = false;
  sweep();
  ::close(std::exchange(directory_, -1));  // and others may go on, however long the plugin takes
  return (fs::path(folder_) / name).string();
}

void PrivateCopy::sweep() const {
  std::vector<fs::directory_entry> copies;
  std::error_code ignored;
  const auto beginning = stem_ + ".";
  for (const auto& entry : fs::directory_iterator(folder_, ignored)) {
    const auto name = entry.path().filename().string();
    if (name.starts_with(beginning) && name.size() == beginning.size() + 64 + 3) {
      copies.push_back(entry);
    }
  }
  if (copies.size() <= kCopiesKept) return;
  // What a process has mapped stays mapped without its name.
  const auto age = [](const fs::directory_entry& entry) {
    std::error_code gone;
    return entry.last_write_time(gone);
  };
  std::sort(copies.begin(), copies.end(),
            [&](const auto& one, const auto& other) { return age(one) > age(other); });
  for (std::size_t i = kCopiesKept; i < copies.size(); ++i) fs::remove(copies[i].path(), ignored);
}

std::string default_cache_folder() {
  const auto variable = [](const char* name) {
    const char* value = std::getenv(name);
    return std::string(value != nullptr && value[0] == '/' ? value : "");
  };
  if (const auto folder = variable("CACHE_DIRECTORY"); !folder.empty()) return folder + "/plugins";
  if (const auto folder = variable("XDG_CACHE_HOME"); !folder.empty()) {
    return folder + "/assay/plugins";
  }
  if (const auto folder = variable("HOME"); !folder.empty()) {
    return folder + "/.cache/assay/plugins";
  }
  std::error_code ignored;
  return fs::temp_directory_path(ignored) / ("assay-plugins-" + std::to_string(::geteuid()));
}

}  // namespace assay::host
