#include "host/plugin_files/elf_facts.hpp"

#include <assay/plugin.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <string_view>

namespace assay::host {
namespace {

constexpr std::size_t kMostEntries = 4096;     // of the dynamic section
constexpr std::size_t kMostStrings = 8 << 20;  // bytes of the table of names
constexpr std::size_t kMostSymbols = 1 << 16;
constexpr std::size_t kMostVersions = 4096;
constexpr std::size_t kMostLibraries = 256;
constexpr std::size_t kNamesKept = 16;
constexpr std::size_t kNameShown = 160;  // bytes

using Fault = tl::unexpected<std::string>;

// What a dynamic section says, with the table of names that most of it points into.
class Dynamic {
 public:
  [[nodiscard]] static tl::expected<Dynamic, std::string> read(const ElfImage& image) {
    Dynamic dynamic;
    if (const auto read = dynamic.read_entries(image); !read) return Fault(read.error());
    const auto size = dynamic.value(DT_STRSZ);
    if (size > kMostStrings) return Fault("has a table of names of absurd size");
    dynamic.strings_.resize(size);
    if (!image.read_at(dynamic.value(DT_STRTAB),
                       std::as_writable_bytes(std::span(dynamic.strings_)))) {
      return Fault("is damaged: its table of names is not where it says");
    }
    return dynamic;
  }

  // The last one counts, as for the linker; 0 for none.
  [[nodiscard]] std::uint64_t value(std::int64_t tag) const {
    const auto found = entries_.find(tag);
    return found == entries_.end() ? 0 : found->second.back();
  }
  [[nodiscard]] std::vector<std::uint64_t> values(std::int64_t tag) const {
    const auto found = entries_.find(tag);
    return found == entries_.end() ? std::vector<std::uint64_t>{} : found->second;
  }
  [[nodiscard]] bool has(std::int64_t tag) const { return entries_.contains(tag); }

  [[nodiscard]] std::string_view name(std::uint64_t offset) const {
    if (offset >= strings_.size()) return {};
    const std::string_view rest = std::string_view(strings_).substr(offset, kNameShown);
    return rest.substr(0, rest.find('\0'));
  }

 private:
  // The linker takes one section and goes on to its end mark, however long the section says it is;
  // a file in which those differ would be read in two ways.
  [[nodiscard]] tl::expected<void, std::string> read_entries(const ElfImage& image) {
    const Elf64_Phdr* section = nullptr;
    for (const auto& segment : image.segments()) {
      if (segment.p_type != PT_DYNAMIC) continue;
      if (section) return Fault("is damaged: it has more than one dynamic section");
      section = &segment;
    }
    if (!section) {
      return Fault("is not a library that can be loaded: it has no dynamic section");
    }
    const auto count = section->p_filesz / sizeof(Elf64_Dyn);
    if (count > kMostEntries) return Fault("has a dynamic section of absurd size");
    std::vector<Elf64_Dyn> entries(count);
    if (!image.read_at(section->p_vaddr, std::as_writable_bytes(std::span(entries)))) {
      return Fault("is damaged: its dynamic section is not where it says");
    }
    for (const auto& entry : entries) {
      if (entry.d_tag == DT_NULL) return {};
      entries_[entry.d_tag].push_back(entry.d_un.d_val);
    }
    return Fault("is damaged: its dynamic section has no end mark (DT_NULL)");
  }

  std::map<std::int64_t, std::vector<std::uint64_t>> entries_;
  std::string strings_;
};

// How many symbols the linker's look-up can reach; nothing where the table is damaged.
tl::expected<std::size_t, std::string> symbol_count(const ElfImage& image, const Dynamic& dynamic) {
  const Fault damaged("is damaged: its hash table of names is not sound");
  if (!dynamic.has(DT_GNU_HASH)) {
    std::array<std::uint32_t, 2> header{};
    if (!dynamic.has(DT_HASH)) return 0;
    if (!image.read_at(dynamic.value(DT_HASH), header)) return damaged;
    return header[1];
  }
  const auto at = dynamic.value(DT_GNU_HASH);
  std::array<std::uint32_t, 4> header{};  // buckets, first symbol, words of the filter, shift
  if (!image.read_at(at, header)) return damaged;
  const auto [bucket_count, first, filter_words, shift] = header;
  if (bucket_count > kMostSymbols || filter_words > kMostSymbols) return damaged;
  std::vector<std::uint32_t> buckets(bucket_count);
  const auto buckets_at = at + sizeof header + filter_words * std::uint64_t{8};
  if (!image.read_at(buckets_at, std::as_writable_bytes(std::span(buckets)))) return damaged;
  const auto last = buckets.empty() ? 0U : *std::max_element(buckets.begin(), buckets.end());
  if (last < first) return 0;
  const auto chains_at = buckets_at + bucket_count * std::uint64_t{4};
  for (std::uint64_t symbol = last; symbol < kMostSymbols; ++symbol) {
    std::uint32_t hash = 0;
    if (!image.read_at(chains_at + (symbol - first) * 4, hash)) return damaged;
    if ((hash & 1) != 0) return symbol + 1;
  }
  return kMostSymbols + 1;
}

void keep(ElfNames& names, std::string_view name) {
  if (names.first.size() < kNamesKept) names.first.emplace_back(name);
  ++names.count;
}

tl::expected<void, std::string> read_symbols(const ElfImage& image, const Dynamic& dynamic,
                                             ElfFacts& facts) {
  const auto count = symbol_count(image, dynamic);
  if (!count) return Fault(count.error());
  if (*count > kMostSymbols) {
    return Fault("has more than " + std::to_string(kMostSymbols) + " dynamic symbols");
  }
  if (*count > 0 && dynamic.value(DT_SYMENT) != sizeof(Elf64_Sym)) {
    return Fault("is damaged: its symbols have an unknown size");
  }
  if (*count == 0) return {};
  std::vector<Elf64_Sym> symbols(*count);
  if (!image.read_at(dynamic.value(DT_SYMTAB), std::as_writable_bytes(std::span(symbols)))) {
    return Fault("is damaged: its symbols are not where it says");
  }
  for (const auto& symbol : symbols) {
    const auto visibility = ELF64_ST_VISIBILITY(symbol.st_other);
    const auto binding = ELF64_ST_BIND(symbol.st_info);
    if (symbol.st_shndx == SHN_UNDEF || binding == STB_LOCAL) continue;
    if (visibility == STV_HIDDEN || visibility == STV_INTERNAL) continue;
    const auto name = dynamic.name(symbol.st_name);
    if (name == ASSAY_ENTRY_SYMBOL) {
      facts.entry = ELF64_ST_TYPE(symbol.st_info) == STT_OBJECT;
    } else {
      keep(binding == STB_WEAK         ? facts.weak
           : binding == STB_GNU_UNIQUE ? facts.unique
                                       : facts.strong,
           name);
    }
  }
  return {};
}

tl::expected<void, std::string> read_versions(const ElfImage& image, const Dynamic& dynamic,
                                              ElfFacts& facts) {
  constexpr std::string_view kGlibc = "GLIBC_";
  const Fault damaged("is damaged: the versions that it needs are not sound");
  std::vector<int> highest;
  std::size_t seen = 0;
  auto at = dynamic.value(DT_VERNEED);
  for (std::uint64_t left = dynamic.value(DT_VERNEEDNUM); left > 0; --left) {
    Elf64_Verneed need{};
    if (++seen > kMostVersions || !image.read_at(at, need)) return damaged;
    auto version_at = at + need.vn_aux;
    for (unsigned i = 0; i < need.vn_cnt; ++i) {
      Elf64_Vernaux version{};
      if (++seen > kMostVersions || !image.read_at(version_at, version)) return damaged;
      auto name = dynamic.name(version.vna_name);
      if (name.starts_with(kGlibc)) {
        name.remove_prefix(kGlibc.size());
        if (auto numbers = version_numbers(name); numbers > highest) {
          highest = std::move(numbers);
          facts.glibc = name;
        }
      }
      version_at += version.vna_next;
    }
    at += need.vn_next;
  }
  return {};
}

void read_rights(const ElfImage& image, const Dynamic& dynamic, ElfFacts& facts) {
  // Without a word about its stack a library gets an executable one.
  facts.executable_stack = true;
  for (const auto& segment : image.segments()) {
    const bool executable = (segment.p_flags & PF_X) != 0;
    if (segment.p_type == PT_GNU_STACK) facts.executable_stack = executable;
    if (segment.p_type == PT_LOAD && executable && (segment.p_flags & PF_W) != 0) {
      facts.writable_code = true;
    }
  }
  facts.text_relocations = dynamic.has(DT_TEXTREL) || (dynamic.value(DT_FLAGS) & DF_TEXTREL) != 0;
}

}  // namespace

std::vector<int> version_numbers(std::string_view version) {
  std::vector<int> numbers;
  while (!version.empty()) {
    int number = 0;
    const auto [end, fault] =
        std::from_chars(version.data(), version.data() + version.size(), number);
    if (fault != std::errc{} || number < 0) return {};
    numbers.push_back(number);
    version.remove_prefix(static_cast<std::size_t>(end - version.data()));
    if (!version.empty() && version.front() != '.') return {};
    if (!version.empty()) version.remove_prefix(1);
  }
  return numbers;
}

tl::expected<ElfFacts, std::string> read_elf_facts(const ElfImage& image) {
  const auto dynamic = Dynamic::read(image);
  if (!dynamic) return Fault(dynamic.error());
  ElfFacts facts;
  facts.machine = image.header().e_machine;
  for (const auto offset : dynamic->values(DT_NEEDED)) {
    if (facts.libraries.size() == kMostLibraries)
      return Fault("needs an absurd number of libraries");
    facts.libraries.emplace_back(dynamic->name(offset));
  }
  for (const auto tag : {DT_RPATH, DT_RUNPATH}) {
    if (dynamic->has(tag)) facts.search_path = dynamic->name(dynamic->value(tag));
  }
  for (const std::int64_t tag : {DT_FILTER, DT_AUXILIARY, DT_AUDIT, DT_DEPAUDIT}) {
    if (dynamic->has(tag)) facts.detours.emplace_back(dynamic->name(dynamic->value(tag)));
  }
  if (const auto read = read_symbols(image, *dynamic, facts); !read) return Fault(read.error());
  if (const auto read = read_versions(image, *dynamic, facts); !read) return Fault(read.error());
  read_rights(image, *dynamic, facts);
  return facts;
}

}  // namespace assay::host
