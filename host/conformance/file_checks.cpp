#include <array>
#include <string>

#include "host/conformance/apart.hpp"
#include "host/conformance/noted.hpp"
#include "host/conformance/promise.hpp"
#include "host/diagnostics/printable.hpp"
#include "host/plugins/plugin_library.hpp"

namespace assay::host {
namespace {

const char* words_of(PluginKind kind) { return kind == PluginKind::rule ? "a rule" : "a sink"; }

Broken broken(const Finding& finding) {
  return {"it " + printable(finding.message), printable(finding.help)};
}

// Runs nothing of it.
Judgement file(const Candidate& candidate) {
  std::string advice;
  for (const auto& finding : candidate.inspection.findings) {
    // Those are told of by checks of their own.
    if (finding.check == "exports" || finding.check == "unique") continue;
    if (&finding == unsound_note(candidate)) continue;
    if (finding.severity == Finding::Severity::refusal) throw broken(finding);
    advice += (advice.empty() ? "; advice: " : ", ") + printable(finding.message);
  }
  const auto& note = candidate.inspection.note;
  const auto who = note                      ? printable(note->id) + " " + printable(note->version)
                   : unsound_note(candidate) ? "its note cannot be used"
                                             : "no note";
  return passed(who + advice);
}

Judgement exports(const Candidate& candidate) {
  const auto& facts = candidate.inspection.facts;
  if (!facts) throw Broken{"its names cannot be read", "build it again"};
  for (const auto& finding : candidate.inspection.findings) {
    const bool names = finding.check == "exports" || finding.check == "unique";
    if (names && finding.severity == Finding::Severity::refusal) throw broken(finding);
  }
  return passed(facts->weak.count + facts->unique.count == 0
                    ? "`assay_entry_v1` alone"
                    : "`assay_entry_v1`, and names of inline functions");
}

// As the engine does it: linked, initialised, compared with its note.
Judgement load(const Candidate& candidate) {
  const HostServices services;
  PluginLoader loader(services, {.libraries = candidate.libraries});
  tell_parent_of("init");
  const auto plugin = loader.load(candidate.copy);
  if (!plugin) {
    const auto& fault = plugin.error();
    auto words = fault.message;
    const auto prefix = "`" + candidate.copy + "` ";
    if (words.starts_with(prefix)) words.replace(0, prefix.size(), "it ");
    throw Broken{
        printable(words) + (fault.note.empty() ? "" : "; " + printable(fault.note)),
        fault.help.empty() ? "mend it: the engine would refuse it, too" : printable(fault.help)};
  }
  const auto* id = candidate.kind == PluginKind::rule ? ASSAY_RULE_ID : ASSAY_SINK_ID;
  if (!(*plugin)->interface<void>(id)) {
    throw Broken{std::string("its note offers `") + id + "`, the code does not",
                 "build it with the macros of the SDK, which write both"};
  }
  return passed(std::string(words_of(candidate.kind)) + ", " + (*plugin)->id() + " " +
                (*plugin)->version());
}

}  // namespace

std::span<const Promise> file_checks() {
  static constexpr std::array checks{
      Promise{"file", "a sound library that this machine can load", &file, true},
      Promise{"exports", "exports its entry and nothing else", &exports, true},
      Promise{"load", "loads, initialises, and is what its note says", &load, true}};
  return checks;
}

}  // namespace assay::host
