// A plugin's file, looked at before its code runs: what it says it is, and whether this process can
// and should load it.
//
// What is found here mends mistakes and shows intentions. It is no defence against a file that was
// made to deceive: that is what pins are for (`plugins.pins`).
//
// Thread: any.
#pragma once

#include <optional>
#include <string>
#include <tl/expected.hpp>
#include <vector>

#include "host/plugin_files/byte_source.hpp"
#include "host/plugin_files/elf_facts.hpp"
#include "host/plugin_files/plugin_note.hpp"

namespace assay::host {

struct Finding {
  enum class Severity { refusal, advice };

  Severity severity = Severity::refusal;
  std::string check{};     // a word for programs: "libraries"
  std::string message{};   // goes on behind the file's name: "needs `libfoo.so.1`"
  std::string expected{};  // what would be right
  std::string help{};      // how to mend it
};

struct Inspection {
  std::optional<ElfFacts> facts{};   // nothing where the file is no sound library
  std::optional<PluginNote> note{};  // nothing where there is none, or it is not sound
  std::vector<Finding> findings{};   // refusals first

  [[nodiscard]] bool fit() const;
};

struct PreflightOptions {
  std::vector<std::string> libraries{};  // allowed besides those of allowed_libraries()
  std::string glibc{};                   // "2.36"; empty: that of this process
};

// Libraries that any plugin may need: runtimes of languages, and what the shipped sinks use.
[[nodiscard]] const std::vector<std::string>& allowed_libraries();

[[nodiscard]] Inspection inspect_plugin(const ByteSource& bytes, const PreflightOptions& options);

struct IdentifiedPlugin {
  Inspection inspection{};
  std::string sha256{};  // of what was inspected; empty where the file could not be read to its end
};

// The inspection and the digest belong together: a file that changes meanwhile is not fit.
[[nodiscard]] IdentifiedPlugin identify_plugin(const ByteSource& bytes,
                                               const PreflightOptions& options);

}  // namespace assay::host
