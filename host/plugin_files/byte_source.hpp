// Bytes that are read piece by piece, never as a whole and never as memory of a file: somebody may
// cut a mapped file short, and whoever reads it then ends.
//
// Thread: the one that made it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>

namespace assay::host {

class ByteSource {
 public:
  virtual ~ByteSource() = default;

  // Bytes there were when it was opened.
  [[nodiscard]] virtual std::uint64_t size() const = 0;
  // Fills all of `out` with what begins at `offset`; false where the end comes before, or the disk
  // gives up.
  [[nodiscard]] virtual bool read(std::uint64_t offset, std::span<std::byte> out) const = 0;

  template <class Plain>
  [[nodiscard]] bool read_into(std::uint64_t offset, Plain& value) const {
    return read(offset, std::as_writable_bytes(std::span(&value, 1)));
  }
};

// Hands over the whole from its start, in pieces of at most 256 KiB that live until the next one;
// false where it cannot be read to its end, or where `take` says so.
[[nodiscard]] bool for_each_piece(const ByteSource& bytes,
                                  const std::function<bool(std::span<const std::byte>)>& take);

// Of a file that somebody else keeps open.
class FileBytes final : public ByteSource {
 public:
  FileBytes(int descriptor, std::uint64_t size) : descriptor_(descriptor), size_(size) {}

  [[nodiscard]] std::uint64_t size() const override { return size_; }
  [[nodiscard]] bool read(std::uint64_t offset, std::span<std::byte> out) const override;

 private:
  int descriptor_;
  std::uint64_t size_;
};

// Borrowed.
class MemoryBytes final : public ByteSource {
 public:
  explicit MemoryBytes(std::span<const std::byte> bytes) : bytes_(bytes) {}

  [[nodiscard]] std::uint64_t size() const override { return bytes_.size(); }
  [[nodiscard]] bool read(std::uint64_t offset, std::span<std::byte> out) const override;

 private:
  std::span<const std::byte> bytes_;
};

}  // namespace assay::host
