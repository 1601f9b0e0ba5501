#include "host/commands/conformance_report.hpp"

#include <nlohmann/json.hpp>
#include <vector>

#include "host/commands/table.hpp"
#include "host/diagnostics/printable.hpp"

namespace assay::host {
namespace {

using Outcome = Judgement::Outcome;

const char* word_of(Outcome outcome) {
  switch (outcome) {
    case Outcome::passed:
      return "passed";
    case Outcome::failed:
      return "FAILED";
    case Outcome::skipped:
      return "skipped";
  }
  return "";
}

const char* word_of(PluginKind kind) { return kind == PluginKind::rule ? "rule" : "sink"; }

}  // namespace

std::string print_conformance(const Conformance& conformance) {
  std::vector<std::vector<std::string>> rows{{"CHECK", "RESULT", "WHAT WAS SEEN"}};
  std::string failures;
  for (const auto& report : conformance.reports) {
    const auto& judgement = report.judgement;
    const bool failed = judgement.outcome == Outcome::failed;
    // What failed is told in full below.
    rows.push_back({report.check, word_of(judgement.outcome),
                    failed ? "not held: " + report.promise : judgement.message});
    if (!failed) continue;
    failures +=
        "\n" + report.check + ": " + report.promise + "\n  found: " + judgement.message + "\n";
    if (!judgement.help.empty()) failures += "  help: " + judgement.help + "\n";
  }
  return printable(conformance.file) + ": " + word_of(conformance.kind) + " " + conformance.name +
         "\n\n" + print_table(rows) + failures + "\n" +
         std::to_string(conformance.count(Outcome::passed)) + " passed, " +
         std::to_string(conformance.count(Outcome::failed)) + " failed, " +
         std::to_string(conformance.count(Outcome::skipped)) + " skipped\n";
}

std::string json_of_conformance(const Conformance& conformance) {
  using Json = nlohmann::ordered_json;
  Json json{{"file", conformance.file},
            {"plugin", conformance.name},
            {"kind", word_of(conformance.kind)},
            {"holds", conformance.holds()}};
  json["checks"] = Json::array();
  for (const auto& report : conformance.reports) {
    const auto& judgement = report.judgement;
    const bool failed = judgement.outcome == Outcome::failed;
    Json one{{"check", report.check},
             {"promise", report.promise},
             {"result", failed ? "failed" : word_of(judgement.outcome)},
             {"message", judgement.message}};
    if (failed) one["help"] = judgement.help;
    json["checks"].push_back(std::move(one));
  }
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace assay::host
