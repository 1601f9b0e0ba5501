// The frame of a shared library: its header and its segments, checked before anybody follows them.
//
// The dynamic linker goes by segments; sections are for debuggers, can be stripped and can lie. So
// what is read here is what would be mapped, at the addresses it would have: segments that lie over
// each other, or outside of the file, are refused, because then one address would have two
// contents. Everything is bounded before it is read.
//
// Thread: the one of its bytes.
#pragma once

#include <elf.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <tl/expected.hpp>
#include <vector>

#include "host/plugin_files/byte_source.hpp"

namespace assay::host {

class ElfImage final {
 public:
  // The words say what is wrong behind "the file ": "is not an ELF file". The bytes must outlive
  // the image.
  [[nodiscard]] static tl::expected<ElfImage, std::string> open(const ByteSource& bytes);

  [[nodiscard]] const Elf64_Ehdr& header() const { return header_; }
  [[nodiscard]] std::span<const Elf64_Phdr> segments() const { return segments_; }
  [[nodiscard]] const ByteSource& bytes() const { return *bytes_; }

  // What would be in memory at `address`, as far as it comes out of the file; false elsewhere.
  [[nodiscard]] bool read_at(std::uint64_t address, std::span<std::byte> out) const;
  template <class Plain>
  [[nodiscard]] bool read_at(std::uint64_t address, Plain& value) const {
    return read_at(address, std::as_writable_bytes(std::span(&value, 1)));
  }

 private:
  ElfImage(const ByteSource& bytes, const Elf64_Ehdr& header) : bytes_(&bytes), header_(header) {}
  [[nodiscard]] tl::expected<void, std::string> read_segments();

  const ByteSource* bytes_;
  Elf64_Ehdr header_;
  std::vector<Elf64_Phdr> segments_;
};

}  // namespace assay::host
