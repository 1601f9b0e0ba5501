#include "host/conformance/conformance.hpp"

#include <algorithm>
#include <utility>

#include "host/conformance/apart.hpp"
#include "host/conformance/noted.hpp"
#include "host/conformance/sample_settings.hpp"
#include "host/diagnostics/printable.hpp"
#include "host/plugin_files/private_copy.hpp"

namespace assay::host {
namespace {

// A file without a note may be either; the entry's answer would be a call into it, so it is asked
// in a process of its own.
std::optional<PluginKind> kind_of_code(const Candidate& candidate) {
  const auto offers = [&](const char* id) {
    return judge_apart(
               [&] {
                 const OpenedPlugin plugin(candidate);
                 return plugin.entry().get_interface(id) ? passed("") : skipped("");
               },
               std::chrono::seconds(10))
               .outcome == Judgement::Outcome::passed;
  };
  if (offers(ASSAY_RULE_ID)) return PluginKind::rule;
  if (offers(ASSAY_SINK_ID)) return PluginKind::sink;
  return std::nullopt;
}

std::optional<PluginKind> kind_of(const Candidate& candidate) {
  if (!candidate.inspection.note) {
    return candidate.inspection.fit() ? kind_of_code(candidate) : PluginKind::rule;
  }
  for (const auto& interface : candidate.inspection.note->interfaces) {
    if (interface == ASSAY_RULE_ID) return PluginKind::rule;
    if (interface == ASSAY_SINK_ID) return PluginKind::sink;
  }
  return std::nullopt;
}

std::vector<const Promise*> checks_of(PluginKind kind) {
  std::vector<const Promise*> checks;
  for (const auto& check : file_checks()) checks.push_back(&check);
  for (const auto& check : kind == PluginKind::rule ? rule_checks() : sink_checks()) {
    checks.push_back(&check);
  }
  return checks;
}

// A note that says nothing that can be used. The engine refuses the file by it, so nothing else can
// be tried; and who reads the check `note` looks in the right place.
Judgement unsound(const Finding& finding) {
  return {Judgement::Outcome::failed, printable("it " + finding.message), printable(finding.help)};
}

}  // namespace

std::size_t Conformance::count(Judgement::Outcome outcome) const {
  return static_cast<std::size_t>(std::ranges::count_if(
      reports, [&](const CheckReport& report) { return report.judgement.outcome == outcome; }));
}

tl::expected<Candidate, std::string> open_candidate(const std::string& path,
                                                    const PluginsConfig& plugins) {
  const auto refuse = [&](const CopyFault& fault) {
    return tl::unexpected("`" + path + "` " + fault.message +
                          (fault.help.empty() ? "" : "; " + fault.help));
  };
  auto copy = PrivateCopy::make(path, plugins.max_size,
                                plugins.cache.empty() ? default_cache_folder() : plugins.cache, {});
  if (!copy) return refuse(copy.error());
  Candidate candidate;
  candidate.file = path;
  candidate.libraries = plugins.libraries;
  candidate.inspection = inspect_plugin(copy->bytes(), {plugins.libraries, {}});
  auto kept = copy->keep();
  if (!kept) return refuse(kept.error());
  candidate.copy = std::move(*kept);
  const auto kind = kind_of(candidate);
  if (!kind) {
    return tl::unexpected("`" + path + "` is neither a rule nor a sink; it offers none of " +
                          ASSAY_RULE_ID + " and " + ASSAY_SINK_ID);
  }
  candidate.kind = *kind;
  return candidate;
}

Conformance try_all(const Candidate& candidate, const ConformanceOptions& options) {
  Conformance conformance{candidate.file, "?", candidate.kind, {}};
  if (const auto& note = candidate.inspection.note) {
    conformance.name = printable(note->id) + " " + printable(note->version);
  }
  const auto* note = unsound_note(candidate);
  std::string broken;  // the essential check that failed
  for (const auto* check : checks_of(candidate.kind)) {
    const bool wanted =
        options.only.empty() || std::ranges::find(options.only, check->id) != options.only.end();
    const bool of_note = note && std::string_view(check->id) == "note";
    if (!wanted && !check->essential && !of_note) continue;
    if (note && broken.empty() && std::string_view(check->id) == "load") broken = "note";
    CheckReport report{check->id, check->words, {}};
    if (of_note && broken == "note") {
      report.promise = "the note is sound";
      report.judgement = unsound(*note);
    } else if (!broken.empty()) {
      report.judgement = skipped("not tried, for `" + broken + "` failed");
    } else {
      report.judgement = judge_apart(
          [&] {
            try {
              return check->judge(candidate);
            } catch (const Broken& found) {
              throw Broken{without_secrets(found.message), without_secrets(found.help)};
            }
          },
          options.deadline);
    }
    if (check->essential && report.judgement.outcome == Judgement::Outcome::failed) {
      broken = check->id;
    }
    conformance.reports.push_back(std::move(report));
  }
  return conformance;
}

std::vector<std::string> all_check_ids() {
  std::vector<std::string> ids;
  for (const auto kind : {PluginKind::rule, PluginKind::sink}) {
    for (const auto* check : checks_of(kind)) {
      if (std::ranges::find(ids, check->id) == ids.end()) ids.emplace_back(check->id);
    }
  }
  return ids;
}

}  // namespace assay::host
