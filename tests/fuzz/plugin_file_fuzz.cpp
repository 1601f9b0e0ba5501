// Feeds bytes to the readers of a plugin's file and checks what holds for any of them.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>

#include "host/plugin_files/preflight.hpp"
#include "host/diagnostics/printable.hpp"

namespace {

void expect(bool holds) {
  if (!holds) std::abort();
}

bool is_printable(const std::string& text) { return assay::host::printable(text) == text; }

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const assay::host::MemoryBytes bytes(std::as_bytes(std::span(data, size)));
  const auto inspection = assay::host::inspect_plugin(bytes, {{}, "2.36"});
  for (const auto& finding : inspection.findings) {
    expect(is_printable(finding.message) && !finding.message.empty());
    expect(!finding.expected.empty() && !finding.help.empty());
  }
  // What is fit has been read to its end, and brings an entry.
  expect(!inspection.fit() || (inspection.facts && inspection.facts->entry));
  if (inspection.facts) {
    expect(inspection.facts->libraries.size() <= 256);
    expect(inspection.facts->weak.first.size() <= 16);
  }
  if (inspection.note) {
    expect(!inspection.note->id.empty() && !inspection.note->version.empty());
    expect(inspection.note->all.is_object());
  }
  return 0;
}
