// Plugins' files that the build made, as bytes to be damaged.
#pragma once

#include <elf.h>

#include <cstring>
#include <fstream>
#include <iterator>
#include <span>
#include <string>

#include "host/plugin_files/preflight.hpp"

namespace assay::tests {

inline std::string sample(const std::string& name) {
  std::ifstream file(SAMPLES "/sample_" + name + ".so", std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

inline host::Inspection inspected(const std::string& bytes,
                                  const host::PreflightOptions& options = {}) {
  return host::inspect_plugin(host::MemoryBytes(std::as_bytes(std::span(bytes))), options);
}

// "check: message" of each finding, a line each.
inline std::string told(const host::Inspection& inspection) {
  std::string text;
  for (const auto& one : inspection.findings) {
    text += one.check + ": " + one.message + "\n";
  }
  return text;
}

template <class Plain>
Plain read_plain(const std::string& bytes, std::size_t at) {
  Plain value{};
  std::memcpy(&value, bytes.data() + at, sizeof value);
  return value;
}

template <class Plain>
void write_plain(std::string& bytes, std::size_t at, const Plain& value) {
  std::memcpy(bytes.data() + at, &value, sizeof value);
}

// The file with its header changed.
template <class Change>
std::string with_header(std::string bytes, Change change) {
  auto header = read_plain<Elf64_Ehdr>(bytes, 0);
  change(header);
  write_plain(bytes, 0, header);
  return bytes;
}

// The file with every segment of that type changed.
template <class Change>
std::string with_segment(std::string bytes, std::uint32_t type, Change change) {
  const auto header = read_plain<Elf64_Ehdr>(bytes, 0);
  for (unsigned i = 0; i < header.e_phnum; ++i) {
    const auto at = header.e_phoff + i * sizeof(Elf64_Phdr);
    auto segment = read_plain<Elf64_Phdr>(bytes, at);
    if (segment.p_type != type) continue;
    change(segment);
    write_plain(bytes, at, segment);
  }
  return bytes;
}

}  // namespace assay::tests
