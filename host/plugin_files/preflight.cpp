#include "host/plugin_files/preflight.hpp"

#include <assay/plugin.h>
#include <gnu/libc-version.h>

#include <algorithm>
#include <string_view>
#include <utility>

#include "host/diagnostics/printable.hpp"
#include "host/plugin_files/digest.hpp"

namespace assay::host {
namespace {

#if defined(__x86_64__)
constexpr std::uint16_t kMachine = EM_X86_64;
constexpr const char* kMachineName = "x86-64";
#elif defined(__aarch64__)
constexpr std::uint16_t kMachine = EM_AARCH64;
constexpr const char* kMachineName = "aarch64";
#else
#error "name this machine's ELF number"
#endif

using Severity = Finding::Severity;

class Findings {
 public:
  explicit Findings(std::vector<Finding>& list) : list_(&list) {}

  void refuse(const char* check, const std::string& message, std::string expected,
              std::string help) {
    list_->push_back(
        {Severity::refusal, check, printable(message), std::move(expected), std::move(help)});
  }
  void advise(const char* check, const std::string& message, std::string expected,
              std::string help) {
    list_->push_back(
        {Severity::advice, check, printable(message), std::move(expected), std::move(help)});
  }

 private:
  std::vector<Finding>* list_;
};

bool contains(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

std::string listed(const ElfNames& names) {
  constexpr std::size_t kShown = 3;
  std::string text;
  for (std::size_t i = 0; i < std::min(names.first.size(), kShown); ++i) {
    text += (i == 0 ? "`" : ", `") + names.first[i] + "`";
  }
  if (names.count > kShown) text += " and " + std::to_string(names.count - kShown) + " more";
  return text;
}

// Names that come out of a compiler's own headers whatever the author does, so no reason to refuse.
bool of_the_library(const std::string& name) {
  for (const std::string_view prefix :
       {"_ZSt", "_ZNSt", "_ZNKSt", "_ZZNSt", "_ZZNKSt", "_ZZSt", "_ZGVZNSt", "_ZGVNSt", "_ZTISt",
        "_ZN9__gnu_cxx", "_ZZN9__gnu_cxx"}) {
    if (name.starts_with(prefix)) return true;
  }
  return false;
}

void check_machine(const ElfFacts& facts, Findings& findings) {
  if (facts.machine == kMachine) return;
  findings.refuse("machine",
                  "is built for another machine (ELF number " + std::to_string(facts.machine) + ")",
                  std::string("this engine runs on ") + kMachineName,
                  std::string("build it for ") + kMachineName);
}

void check_libraries(const ElfFacts& facts, const PreflightOptions& options, Findings& findings) {
  for (const auto& library : facts.libraries) {
    if (contains(allowed_libraries(), library) || contains(options.libraries, library)) continue;
    findings.refuse("libraries", "needs the library `" + library + "`, which is not allowed",
                    "the runtimes of C, C++ and Rust, and what the sinks that ship use",
                    "link it statically, or name it under `plugins.libraries`");
  }
  if (!facts.search_path.empty()) {
    findings.refuse("search_path",
                    "looks for its libraries in a place of its own: " + facts.search_path,
                    "libraries come from where the system has them, else an allowed name says "
                    "nothing about the file",
                    "link without -rpath (in CMake: set BUILD_RPATH and INSTALL_RPATH to nothing)");
  }
  for (const auto& detour : facts.detours) {
    findings.refuse("libraries", "has the library `" + detour + "` loaded as its filter or auditor",
                    "a plugin needs its libraries openly", "link without -f, -F and --audit");
  }
}

void check_glibc(const ElfFacts& facts, const PreflightOptions& options, Findings& findings) {
  const std::string ours = options.glibc.empty() ? gnu_get_libc_version() : options.glibc;
  if (version_numbers(facts.glibc) <= version_numbers(ours)) return;
  findings.refuse("glibc", "needs glibc " + facts.glibc, "this machine has " + ours,
                  "build it on the oldest distribution that it shall run on");
}

void check_names(const ElfFacts& facts, Findings& findings) {
  if (!facts.entry) {
    findings.refuse("entry", "is not a plugin: it does not export `" ASSAY_ENTRY_SYMBOL "`",
                    "one exported data symbol of that name",
                    "end the plugin's source with ASSAY_RULE(...) or ASSAY_SINK(...), and export "
                    "that symbol");
  }
  const std::string one = "one exported name, `" ASSAY_ENTRY_SYMBOL "`";
  const std::string map =
      "build it with assay_add_plugin, or link with the SDK's "
      "-Wl,--version-script=assay-plugin.map";
  if (facts.strong.count > 0) {
    findings.refuse("exports", "exports more than its entry: " + listed(facts.strong), one, map);
  }
  const bool all_shown = facts.unique.count == facts.unique.first.size();
  const bool harmless = all_shown && std::all_of(facts.unique.first.begin(),
                                                 facts.unique.first.end(), of_the_library);
  if (facts.unique.count > 0 && !harmless) {
    findings.refuse("unique", "has names that the whole process shares: " + listed(facts.unique),
                    "no unique symbols: another version of this plugin would use the first one's "
                    "variables",
                    map + ", or compile with -fno-gnu-unique");
  }
  const auto extra = facts.weak.count + (harmless ? facts.unique.count : 0);
  if (extra > 0) {
    findings.advise("exports",
                    "exports " + std::to_string(extra) +
                        " names of inline functions and templates besides its entry",
                    one, map);
  }
}

void check_rights(const ElfFacts& facts, Findings& findings) {
  if (facts.text_relocations) {
    findings.refuse("text_relocations", "has relocations in its code", "code that is never written",
                    "compile every part of it with -fPIC");
  }
  if (facts.executable_stack) {
    findings.refuse("stack", "asks for an executable stack", "a stack that holds data alone",
                    "link with -Wl,-z,noexecstack; assembly needs a .note.GNU-stack section");
  }
  if (facts.writable_code) {
    findings.refuse("code", "has code that can be written", "segments that are written or run",
                    "link it without a script of its own and without -N");
  }
}

void check_note(const std::optional<PluginNote>& note, Findings& findings) {
  if (!note) {
    findings.advise("note", "does not say what it is", "a note of the SDK, read without running it",
                    "end the source with ASSAY_RULE or ASSAY_SINK, or write ASSAY_NOTE");
    return;
  }
  if (note->abi_minor <= ASSAY_ABI_MINOR) return;
  findings.refuse("abi", "needs ABI 1." + std::to_string(note->abi_minor),
                  "this engine offers 1.0 to 1." + std::to_string(ASSAY_ABI_MINOR),
                  "use a newer engine, or build the plugin for an older ABI");
}

void inspect_image(const ElfImage& image, const PreflightOptions& options, Inspection& inspection) {
  Findings findings(inspection.findings);
  if (auto facts = read_elf_facts(image)) {
    check_machine(*facts, findings);
    check_names(*facts, findings);
    check_libraries(*facts, options, findings);
    check_glibc(*facts, options, findings);
    check_rights(*facts, findings);
    inspection.facts = std::move(*facts);
  } else {
    findings.refuse("file", facts.error(), "a sound file", "build it again, or copy it again");
  }
  if (auto note = read_plugin_note(image)) {
    check_note(*note, findings);
    inspection.note = std::move(*note);
  } else {
    findings.refuse("note", note.error(), "a sound note",
                    "mend what it was built with (plugin.json, ASSAY_NOTE), and build it again");
  }
}

}  // namespace

const std::vector<std::string>& allowed_libraries() {
  static const std::vector<std::string> all{
      // of C, C++ and Rust
      "libc.so.6", "libm.so.6", "libpthread.so.0", "libdl.so.2", "librt.so.1", "libgcc_s.so.1",
      "libstdc++.so.6", "libc++.so.1", "libc++abi.so.1", "libunwind.so.1", "libatomic.so.1",
      "ld-linux-x86-64.so.2", "ld-linux-aarch64.so.1",
      // of sanitized builds
      "libasan.so.8", "libubsan.so.1", "libtsan.so.2", "libassay_c11_threads.so",
      // of the sinks that ship
      "librdkafka.so.1", "libpq.so.5", "libpqxx-6.4.so", "libsqlite3.so.0", "libcrypto.so.3",
      "libssl.so.3", "libdate-tz.so.3", "libPocoFoundation.so.80", "libPocoNet.so.80",
      "libPocoNetSSL.so.80", "libPocoCrypto.so.80"};
  return all;
}

bool Inspection::fit() const {
  return std::none_of(findings.begin(), findings.end(), [](const Finding& one) {
    return one.severity == Finding::Severity::refusal;
  });
}

Inspection inspect_plugin(const ByteSource& bytes, const PreflightOptions& options) {
  Inspection inspection;
  if (const auto image = ElfImage::open(bytes)) {
    inspect_image(*image, options, inspection);
  } else {
    Findings(inspection.findings)
        .refuse("file", image.error(), "a shared library for this machine",
                "build it again, or copy it again");
  }
  std::stable_partition(inspection.findings.begin(), inspection.findings.end(),
                        [](const Finding& one) { return one.severity == Severity::refusal; });
  return inspection;
}

IdentifiedPlugin identify_plugin(const ByteSource& bytes, const PreflightOptions& options) {
  const auto unsteady = [](const std::string& what) {
    return IdentifiedPlugin{
        {{},
         {},
         {{Severity::refusal, "file", what, "a file that stays as it is while it is read",
           "wait until whoever writes it is done, then look again"}}},
        {}};
  };
  auto before = sha256_of(bytes);
  if (!before) return unsteady(before.error());
  auto inspection = inspect_plugin(bytes, options);
  if (sha256_of(bytes) != before) return unsteady("changes while it is looked at");
  return {std::move(inspection), std::move(*before)};
}

}  // namespace assay::host
