#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>

#include "host/conformance/checked_sink.hpp"
#include "host/conformance/deployment.hpp"
#include "host/conformance/host_faults.hpp"
#include "host/conformance/noted.hpp"
#include "host/conformance/resources.hpp"
#include "host/conformance/sink_checks.hpp"
#include "host/plugins/sink_plugin.hpp"

namespace assay::host::sink_check {
namespace {

constexpr std::size_t kRows = 3;
constexpr std::chrono::seconds kTimeout{2};

const char* kind_words(std::uint32_t kind) {
  return kind == ASSAY_DECISION ? "decision" : kind == ASSAY_HOLDER ? "holder" : "label";
}

// One whole life, with what it delivers.
void live(const Candidate& candidate) {
  CheckedSink sink(candidate);
  try {
    auto instance = sink.make();
    try {
      for (const auto& [kind, columns] : instance.columns) {
        const auto rows = SampleRows(columns, candidate.seed).make(0, kRows);
        (void)sink.write(instance, kind, rows, kTimeout);
      }
      if (sink.api().flush) (void)sink.flush(instance, kTimeout);
      (void)sink.health(instance, kTimeout);
    } catch (const Refused&) {
      sink.destroy(instance);
      throw;
    }
    sink.destroy(instance);
  } catch (const Refused&) {
    sink.close();
    throw;
  }
  sink.close();
}

}  // namespace

Judgement settings(const Candidate& candidate) {
  CheckedSink sink(candidate);
  const std::string first = sink.api().describe();
  if (first != sink.api().describe()) {
    throw Broken{"`describe` answers another text the second time", "answer a constant"};
  }
  sink.close();
  return passed(candidate.settings ? "took those of --settings" : "took those of its schema");
}

Judgement binding(const Candidate& candidate) {
  CheckedSink sink(candidate);
  auto one = sink.make();
  auto other = sink.make();
  if (one.columns != other.columns) {
    throw Broken{"its second instance binds other fields or records than its first",
                 "declare by the settings alone, in the same order each time"};
  }
  sink.destroy(one);
  sink.destroy(other);
  sink.close();
  if (one.columns.empty()) {
    throw Broken{"it takes no kind of record", "bind ASSAY_DECISION, or whichever it is for"};
  }
  std::string words;
  for (const auto& [kind, columns] : one.columns) {
    words += (words.empty() ? "" : ", ") + std::to_string(columns.size()) + " fields of a " +
             kind_words(kind);
  }
  return passed(words);
}

// As `assay validate` binds it.
Judgement names(const Candidate& candidate) {
  SinkConfig config;
  config.id = "validated";
  config.use = candidate.copy;
  config.config = CheckedSink(candidate).settings();
  Deployment deployment(candidate);
  auto& diagnostics = deployment.diagnostics();
  const auto sink = SinkPlugin::load(config, deployment.loader(), diagnostics);
  bool sound = sink != nullptr;
  for (const std::uint32_t kind : {ASSAY_DECISION, ASSAY_HOLDER}) {
    if (!sound || (kind == ASSAY_HOLDER && !deployment.has_holders())) continue;
    auto scope = deployment.scope(kind, Scope::Stage::after_rules);
    sound = sink->bind(kind, scope, diagnostics) != SinkPlugin::Binding::refused;
  }
  if (!sound) return deployment.refusal();
  return passed(candidate.config ? "those of the configuration" : "those of the sample");
}

Judgement note(const Candidate& candidate) {
  if (!candidate.inspection.note) {
    return skipped("it has no note; ASSAY_SINK or ASSAY_NOTE write one");
  }
  CheckedSink sink(candidate);
  auto instance = sink.make();
  sink.destroy(instance);
  sink.close();
  const auto& all = candidate.inspection.note->all;
  if (const auto records = all.find("records"); records != all.end()) {
    const auto mend = "write under `records` of " + note_words(candidate) + " what `bind` takes";
    auto taken = nlohmann::json::array();
    for (const auto& [kind, columns] : instance.columns) taken.push_back(kind_words(kind));
    for (const auto& one : taken) {
      if (std::find(records->begin(), records->end(), one) != records->end()) continue;
      throw Broken{
          "it takes records of a " + one.get<std::string>() + ", which its note does not name",
          mend};
    }
    if (records->size() > taken.size()) {
      throw Broken{"its note names records that it does not take: " + records->dump(), mend};
    }
  }
  Declared declared;
  for (const auto& [kind, columns] : instance.columns) {
    declared.columns.insert(declared.columns.end(), columns.begin(), columns.end());
  }
  if (all.contains("fields")) return compare_with_note(candidate, declared, sink.settings());
  return all.contains("records") ? passed("its records")
                                 : skipped("its note names no fields and no records");
}

Judgement missing_interfaces(const Candidate& candidate) {
  return judge_without_interfaces([&] { live(candidate); });
}

Judgement host_errors(const Candidate& candidate) {
  return judge_host_faults([&] { live(candidate); });
}

Judgement growth(const Candidate& candidate) {
  CheckedSink sink(candidate);
  return judge_growth([&] {
    auto instance = sink.make();
    sink.destroy(instance);
  });
}

}  // namespace assay::host::sink_check
