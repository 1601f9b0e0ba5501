#include "host/state/snapshot_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

namespace assay::host {
namespace {

constexpr std::array<char, 8> kMagic{'A', 'S', 'S', 'A', 'Y', 'S', 'N', 'P'};
constexpr std::size_t kBlock = 1 << 20;          // bytes written or read at a time
constexpr std::uint32_t kLargestHead = 1 << 20;  // bytes
constexpr mode_t kOwnerOnly = 0600;

struct Front {
  std::array<char, 8> magic = kMagic;
  std::uint32_t format = kSnapshotFormat;
  std::uint32_t head_size = 0;
};
static_assert(sizeof(Front) == 16);

std::span<const std::byte> bytes_of(const std::string& text) {
  return std::as_bytes(std::span(text));
}

std::string reason() { return std::strerror(errno); }

// Whole or not at all.
bool read_all(int file, std::span<std::byte> bytes) {
  while (!bytes.empty()) {
    const auto count = ::read(file, bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return false;
    bytes = bytes.subspan(static_cast<std::size_t>(count));
  }
  return true;
}

// A name is durable when its folder is.
bool sync_folder(const std::filesystem::path& folder) {
  const int file = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (file < 0) return false;
  const bool done = ::fsync(file) == 0;
  ::close(file);
  return done;
}

tl::expected<void, std::string> check_sum(int file, std::uint64_t size) {
  Checksum checksum;
  std::vector<std::byte> block(kBlock);
  for (auto left = size; left > 0;) {
    const auto part = std::span(block).first(std::min<std::uint64_t>(left, kBlock));
    if (!read_all(file, part)) return tl::unexpected("it cannot be read: " + reason());
    checksum.add(part);
    left -= part.size();
  }
  Checksum::Value stored{};
  if (!read_all(file, stored)) return tl::unexpected("it cannot be read: " + reason());
  if (checksum.finish() != stored) return tl::unexpected(std::string("its checksum is wrong"));
  return {};
}

}  // namespace

SnapshotWriter::SnapshotWriter(std::filesystem::path path)
    : path_(std::move(path)), beside_(path_.string() + std::string(kUnfinished)) {
  buffer_.reserve(kBlock);
}

SnapshotWriter::~SnapshotWriter() {
  if (file_ < 0) return;
  ::close(file_);
  ::unlink(beside_.c_str());
}

tl::expected<std::unique_ptr<SnapshotWriter>, std::string> SnapshotWriter::begin(
    const std::filesystem::path& path, const SnapshotHead& head) {
  auto writer = std::unique_ptr<SnapshotWriter>(new SnapshotWriter(path));
  writer->file_ =
      ::open(writer->beside_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, kOwnerOnly);
  if (writer->file_ < 0) {
    return tl::unexpected(writer->beside_.string() + " cannot be made: " + reason());
  }
  const auto encoded = encode(head);
  Front front;
  front.head_size = static_cast<std::uint32_t>(encoded.size());
  writer->put(front);
  writer->write(bytes_of(encoded));
  return writer;
}

void SnapshotWriter::write(std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const auto part = bytes.first(std::min(bytes.size(), kBlock - buffer_.size()));
    buffer_.insert(buffer_.end(), part.begin(), part.end());
    bytes = bytes.subspan(part.size());
    if (buffer_.size() == kBlock) flush();
  }
}

void SnapshotWriter::remember(const char* doing) {
  if (fault_.empty()) fault_ = path_.string() + " cannot be " + doing + ": " + reason();
}

void SnapshotWriter::flush() {
  checksum_.add(buffer_);
  auto rest = std::span<const std::byte>(buffer_);
  while (!rest.empty() && fault_.empty()) {
    const auto count = ::write(file_, rest.data(), rest.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) {
      remember("written");
      break;
    }
    rest = rest.subspan(static_cast<std::size_t>(count));
  }
  buffer_.clear();
}

tl::expected<void, std::string> SnapshotWriter::finish() {
  flush();
  const auto sum = checksum_.finish();
  if (fault_.empty() && ::write(file_, sum.data(), sum.size()) != ssize_t{sizeof sum}) {
    remember("written");
  }
  if (fault_.empty() && ::fsync(file_) != 0) remember("made durable");
  if (fault_.empty() && ::rename(beside_.c_str(), path_.c_str()) != 0) remember("put in place");
  if (!fault_.empty()) return tl::unexpected(fault_);
  ::close(std::exchange(file_, -1));
  if (!sync_folder(path_.parent_path())) {
    remember("made durable");
    return tl::unexpected(fault_);
  }
  return {};
}

SnapshotReader::~SnapshotReader() { ::close(file_); }

tl::expected<std::unique_ptr<SnapshotReader>, std::string> SnapshotReader::open(
    const std::filesystem::path& path) {
  return open(path, Check::whole);
}

tl::expected<SnapshotHead, std::string> SnapshotReader::peek(const std::filesystem::path& path) {
  auto reader = open(path, Check::head_only);
  if (!reader) return tl::unexpected(reader.error());
  return std::move((*reader)->head_);
}

tl::expected<std::unique_ptr<SnapshotReader>, std::string> SnapshotReader::open(
    const std::filesystem::path& path, Check check) {
  const auto wrong = [&](const std::string& why) {
    return tl::unexpected(path.string() + " is not a snapshot to be trusted: " + why);
  };
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return tl::unexpected(path.string() + " cannot be opened: " + reason());
  auto reader = std::unique_ptr<SnapshotReader>(new SnapshotReader(path, file));

  struct stat status {};
  if (::fstat(file, &status) != 0) return wrong(reason());
  const auto size = static_cast<std::uint64_t>(status.st_size);
  constexpr auto least = sizeof(Front) + sizeof(Checksum::Value);
  Front front;
  if (size < least || !read_all(file, std::as_writable_bytes(std::span(&front, 1)))) {
    return wrong("it is too short to be one");
  }
  if (front.magic != kMagic) return wrong("it is something else");
  if (front.format > kSnapshotFormat) {
    return wrong("it was written by a later release (format " + std::to_string(front.format) +
                 ", this one reads " + std::to_string(kSnapshotFormat) +
                 "); that release, or one after it, reads it");
  }
  if (front.format < kSnapshotFormat) {
    return wrong("it was written by an earlier release (format " + std::to_string(front.format) +
                 ", this one reads " + std::to_string(kSnapshotFormat) +
                 "); history is read again from the log instead");
  }
  if (front.head_size > kLargestHead || front.head_size > size - least) {
    return wrong("it is cut short");
  }
  if (::lseek(file, 0, SEEK_SET) != 0) return wrong(reason());
  if (check == Check::whole) {
    const auto sound = check_sum(file, size - sizeof(Checksum::Value));
    if (!sound) return wrong(sound.error());
  }

  std::vector<std::byte> encoded(front.head_size);
  if (::lseek(file, sizeof(Front), SEEK_SET) < 0 || !read_all(file, encoded)) {
    return wrong(reason());
  }
  auto head = decode_head(encoded);
  if (!head) return wrong("its head makes no sense");
  reader->head_ = std::move(*head);
  reader->left_ = size - least - front.head_size;
  return reader;
}

// The file may change under a reader: then less is there than was checked, and reading fails.
bool SnapshotReader::fill() {
  buffer_.resize(std::min<std::uint64_t>(left_, kBlock));
  at_ = 0;
  if (read_all(file_, buffer_)) return true;
  buffer_.clear();
  return false;
}

bool SnapshotReader::read(std::span<std::byte> bytes) {
  if (bytes.size() > left_) return false;
  while (!bytes.empty()) {
    if (at_ == buffer_.size() && !fill()) return false;
    const auto part = std::min(bytes.size(), buffer_.size() - at_);
    std::memcpy(bytes.data(), buffer_.data() + at_, part);
    at_ += part;
    left_ -= part;
    bytes = bytes.subspan(part);
  }
  return true;
}

}  // namespace assay::host
