// What a shared library asks of the process that loads it, read out of its file as the dynamic
// linker would read it: libraries, versions, names, rights.
//
// The linker finds names through the hash table, so names that the table does not reach do not
// count. Of names a few are kept and all are counted, so that a file cannot fill the memory.
//
// Thread: any.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "host/plugin_files/elf_image.hpp"

namespace assay::host {

struct ElfNames {
  std::vector<std::string> first;  // the first few, long ones cut
  std::size_t count = 0;
};

struct ElfFacts {
  std::uint16_t machine = 0;           // EM_X86_64
  std::vector<std::string> libraries;  // DT_NEEDED
  std::string glibc;                   // the highest version of a symbol that it needs: "2.34"
  std::string search_path;             // DT_RUNPATH or DT_RPATH
  std::vector<std::string> detours;    // DT_FILTER, DT_AUXILIARY, DT_AUDIT, DT_DEPAUDIT
  bool entry = false;                  // a data symbol `assay_entry_v1` is exported
  ElfNames strong;                     // other names it exports: of its own sources
  ElfNames weak;                       // of inline functions and templates
  ElfNames unique;                     // STB_GNU_UNIQUE
  bool text_relocations = false;
  bool executable_stack = false;
  bool writable_code = false;  // a segment that is both
};

// The numbers of "2.34", to be compared; nothing of another text.
[[nodiscard]] std::vector<int> version_numbers(std::string_view version);

// The words are as those of ElfImage::open.
[[nodiscard]] tl::expected<ElfFacts, std::string> read_elf_facts(const ElfImage& image);

}  // namespace assay::host
