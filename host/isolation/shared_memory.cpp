#include "host/isolation/shared_memory.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace assay::host {
namespace {

// Of Linux 5.1; the C library's headers are older.
#ifndef F_SEAL_FUTURE_WRITE
#define F_SEAL_FUTURE_WRITE 0x0010
#endif

tl::unexpected<std::string> failure(const char* what) {
  return tl::unexpected(std::string(what) + ": " + std::strerror(errno));
}

std::byte* map(int file, std::size_t size, int rights) {
  auto* const place = ::mmap(nullptr, size, rights, MAP_SHARED, file, 0);
  return place == MAP_FAILED ? nullptr : static_cast<std::byte*>(place);
}

}  // namespace

tl::expected<SharedMemory, std::string> SharedMemory::make(const char* name, std::size_t size,
                                                           Others others) {
  SharedMemory made;
  made.file_ = ::memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING);
  if (made.file_ < 0) return failure("no shared memory");
  if (::ftruncate(made.file_, static_cast<off_t>(size)) != 0) return failure("no shared memory");
  auto* const place = map(made.file_, size, PROT_READ | PROT_WRITE);
  if (place == nullptr) return failure("shared memory cannot be mapped");
  made.bytes_ = {place, size};
  // Our own mapping is older than the seal and keeps its right to write.
  const int seals = F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL |
                    (others == Others::read ? F_SEAL_FUTURE_WRITE : 0);
  if (::fcntl(made.file_, F_ADD_SEALS, seals) != 0) return failure("shared memory is not sealed");
  return made;
}

tl::expected<SharedMemory, std::string> SharedMemory::open(int file, Others others) {
  struct stat facts {};
  if (::fstat(file, &facts) != 0) return failure("no shared memory");
  const auto size = static_cast<std::size_t>(facts.st_size);
  SharedMemory opened;
  auto* const place = map(file, size, others == Others::write ? PROT_READ | PROT_WRITE : PROT_READ);
  if (place == nullptr) return failure("shared memory cannot be mapped");
  opened.bytes_ = {place, size};
  return opened;
}

SharedMemory::SharedMemory(SharedMemory&& other) noexcept
    : file_(std::exchange(other.file_, -1)), bytes_(std::exchange(other.bytes_, {})) {}

SharedMemory::~SharedMemory() {
  if (!bytes_.empty()) ::munmap(bytes_.data(), bytes_.size());
  if (file_ >= 0) ::close(file_);
}

}  // namespace assay::host
