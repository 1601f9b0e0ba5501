#include "host/plugin_files/elf_image.hpp"

#include <algorithm>
#include <cstring>

namespace assay::host {
namespace {

constexpr std::size_t kMostSegments = 64;  // linkers write about ten
constexpr std::uint64_t kPage = 4096;

using Fault = tl::unexpected<std::string>;

bool within(std::uint64_t offset, std::uint64_t size, std::uint64_t whole) {
  return offset <= whole && size <= whole - offset;
}

std::string cut_short(const char* what, std::uint64_t size) {
  return std::string("is cut short or damaged: ") + what + " lies outside of its " +
         std::to_string(size) + " bytes";
}

tl::expected<void, std::string> check_header(const Elf64_Ehdr& header, std::uint64_t size) {
  if (std::memcmp(header.e_ident, ELFMAG, SELFMAG) != 0) return Fault("is not an ELF file");
  if (header.e_ident[EI_CLASS] != ELFCLASS64) return Fault("is not a 64-bit library");
  if (header.e_ident[EI_DATA] != ELFDATA2LSB || header.e_ident[EI_VERSION] != EV_CURRENT) {
    return Fault("is not a little-endian ELF file of version 1");
  }
  if (header.e_type != ET_DYN) return Fault("is not a shared library");
  if (header.e_phnum == 0 || header.e_phnum > kMostSegments) {
    return Fault("claims " + std::to_string(header.e_phnum) + " segments; a library has 1 to " +
                 std::to_string(kMostSegments));
  }
  if (header.e_phentsize != sizeof(Elf64_Phdr) ||
      !within(header.e_phoff, header.e_phnum * sizeof(Elf64_Phdr), size)) {
    return Fault(cut_short("the table of segments", size));
  }
  // Nothing here is read by it, but where it ends the file ends: its place tells of a part that is
  // missing.
  if (header.e_shoff != 0 && (header.e_shentsize != sizeof(Elf64_Shdr) ||
                              !within(header.e_shoff, header.e_shnum * sizeof(Elf64_Shdr), size))) {
    return Fault(cut_short("the table of sections", size));
  }
  return {};
}

std::uint64_t page_of(std::uint64_t address) { return address / kPage * kPage; }

}  // namespace

tl::expected<ElfImage, std::string> ElfImage::open(const ByteSource& bytes) {
  Elf64_Ehdr header{};
  if (bytes.size() < sizeof header) {
    return Fault("is too short for an ELF file: " + std::to_string(bytes.size()) + " bytes");
  }
  if (!bytes.read_into(0, header)) return Fault("cannot be read");
  if (const auto checked = check_header(header, bytes.size()); !checked) {
    return Fault(checked.error());
  }
  ElfImage image(bytes, header);
  if (const auto read = image.read_segments(); !read) return Fault(read.error());
  return image;
}

tl::expected<void, std::string> ElfImage::read_segments() {
  segments_.resize(header_.e_phnum);
  if (!bytes_->read(header_.e_phoff, std::as_writable_bytes(std::span(segments_)))) {
    return Fault("cannot be read");
  }
  std::uint64_t mapped_to = 0;
  for (const auto& segment : segments_) {
    if (!within(segment.p_offset, segment.p_filesz, bytes_->size())) {
      return Fault(cut_short("a segment", bytes_->size()));
    }
    if (segment.p_type != PT_LOAD) continue;
    const bool sound = segment.p_filesz <= segment.p_memsz &&
                       segment.p_vaddr + segment.p_memsz >= segment.p_vaddr &&
                       segment.p_vaddr + segment.p_memsz <= UINT64_MAX - kPage &&
                       segment.p_vaddr % kPage == segment.p_offset % kPage;
    if (!sound) return Fault("has a segment that cannot be mapped as it says");
    if (page_of(segment.p_vaddr) < mapped_to) return Fault("has segments that overlap");
    mapped_to = page_of(segment.p_vaddr + segment.p_memsz + kPage - 1);
  }
  return {};
}

bool ElfImage::read_at(std::uint64_t address, std::span<std::byte> out) const {
  for (const auto& segment : segments_) {
    if (segment.p_type != PT_LOAD || address < segment.p_vaddr) continue;
    const auto into = address - segment.p_vaddr;
    if (within(into, out.size(), segment.p_filesz)) {
      return bytes_->read(segment.p_offset + into, out);
    }
  }
  return false;
}

}  // namespace assay::host
