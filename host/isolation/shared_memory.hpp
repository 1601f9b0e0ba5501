// Memory that two processes see: a file without a name, of a size that nobody can change.
//
// Whoever makes it may write and decides whether the other may. Pages that nobody touches cost
// nothing, so it can be as large as the largest batch.
//
// Thread: any; one at a time moves or destroys it.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <tl/expected.hpp>

namespace assay::host {

class SharedMemory final {
 public:
  enum class Others { read, write };

  // The error is the system's reason in words.
  [[nodiscard]] static tl::expected<SharedMemory, std::string> make(const char* name,
                                                                    std::size_t size,
                                                                    Others others);
  // As another process made it, of whatever size it has; the file stays the caller's.
  [[nodiscard]] static tl::expected<SharedMemory, std::string> open(int file, Others others);
  SharedMemory(SharedMemory&& other) noexcept;
  SharedMemory& operator=(SharedMemory&&) = delete;
  ~SharedMemory();

  [[nodiscard]] std::span<std::byte> bytes() const { return bytes_; }
  // To hand on; -1 where it was opened.
  [[nodiscard]] int file() const { return file_; }

 private:
  SharedMemory() = default;

  int file_ = -1;
  std::span<std::byte> bytes_{};
};

}  // namespace assay::host
