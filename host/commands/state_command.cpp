#include "host/commands/state_command.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "host/commands/config_files.hpp"
#include "host/commands/exit_code.hpp"
#include "host/commands/table.hpp"
#include "host/state/snapshot_survey.hpp"

namespace assay::host {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kExample = R"(Examples:
  assay state ls -c assay.yaml
  assay state verify -c assay.yaml
  assay state verify -c assay.yaml --format json

They look at `state.dir` and change nothing; the engine may run meanwhile. `ls` reads what each
snapshot says about itself, `verify` every byte of it. NEXT is the first record that a snapshot does
not know; the plan is the fingerprint of what remembers: only a configuration with the same one uses
the snapshot. `verify` ends with 1 when a snapshot that is not set aside is not sound, both with 74
when the folder cannot be read.)";

struct Arguments {
  std::vector<std::string> files;
  std::string format = "human";
};

std::string time_text(std::time_t time) {
  std::tm utc{};
  char text[32];
  gmtime_r(&time, &utc);
  return {text, std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &utc)};
}

std::string state_of(const SnapshotFinding& found, bool verified) {
  if (found.set_aside) return "set aside";
  if (!found.trouble.empty()) return "bad";
  return verified ? "sound" : "there";
}

std::string next_of(const SnapshotFinding& found) {
  if (!found.head) return "-";
  const auto& positions = found.head->positions;
  return positions.size() == 1 ? std::to_string(positions[0].next.value)
                               : std::to_string(positions.size()) + " partitions";
}

std::string print_human(const std::vector<SnapshotFinding>& all, bool verified) {
  if (all.empty()) return "there are no snapshots\n";
  std::vector<std::vector<std::string>> rows{
      {"GROUP", "TOPIC", "PART", "NEXT", "BYTES", "WRITTEN", "ENGINE", "PLAN", "STATE"}};
  std::string troubles;
  for (const auto& found : all) {
    const auto& head = found.head;
    rows.push_back({head ? head->group : "-", head ? head->topic : "-", found.part, next_of(found),
                    std::to_string(found.size), time_text(found.written), head ? head->engine : "-",
                    head ? head->plan.substr(0, 12) : "-", state_of(found, verified)});
    if (!found.trouble.empty()) troubles += found.trouble + "\n";
  }
  return print_table(rows) + troubles;
}

std::string print_json(const std::vector<SnapshotFinding>& all, bool verified) {
  Json list = Json::array();
  for (const auto& found : all) {
    Json one{{"path", found.path.string()},
             {"part", found.part},
             {"bytes", found.size},
             {"written", time_text(found.written)},
             {"state", state_of(found, verified)}};
    if (found.head) {
      one["group"] = found.head->group;
      one["topic"] = found.head->topic;
      one["cluster"] = found.head->cluster;
      one["engine"] = found.head->engine;
      one["plan"] = found.head->plan;
      for (const auto& [partition, next] : found.head->positions) {
        one["positions"].push_back({{"partition", partition.value}, {"next", next.value}});
      }
    }
    if (!found.trouble.empty()) one["trouble"] = found.trouble;
    list.push_back(std::move(one));
  }
  return Json{{"snapshots", std::move(list)}}.dump(2, ' ', false, Json::error_handler_t::replace) +
         "\n";
}

int look(const Arguments& arguments, bool verify) {
  Diagnostics diagnostics;
  const auto config = load_config(arguments.files, diagnostics);
  show(diagnostics, DiagnosticFormat::human, stderr);
  if (!config) return ExitCode::configuration;
  if (config->state.dir.empty()) {
    std::fputs("assay state: the configuration keeps no snapshots: it has no `state.dir`\n",
               stderr);
    return ExitCode::configuration;
  }
  const auto survey = survey_snapshots(config->state.dir, verify);
  if (!survey) {
    std::fprintf(stderr, "assay state: `state.dir`: %s\n", survey.error().c_str());
    return ExitCode::input_output;
  }
  const auto& all = *survey;
  const auto text = arguments.format == "json" ? print_json(all, verify) : print_human(all, verify);
  std::fputs(text.c_str(), stdout);
  const bool bad = std::ranges::any_of(
      all, [](const SnapshotFinding& found) { return !found.set_aside && !found.trouble.empty(); });
  return verify && bad ? ExitCode::failed : ExitCode::done;
}

}  // namespace

void add_state_command(CLI::App& app, int& exit_code) {
  auto arguments = std::make_shared<Arguments>();
  CLI::App* state =
      app.add_subcommand("state", "List and check the snapshots of what is remembered");
  state->require_subcommand(1);
  state->footer(kExample);
  const auto add = [&](const char* name, const char* what, bool verify) {
    CLI::App* command = state->add_subcommand(name, what);
    add_config_option(*command, arguments->files);
    command->add_option("--format", arguments->format, "human or json")
        ->check(CLI::IsMember({"human", "json"}))
        ->capture_default_str();
    command->footer(kExample);
    command->callback([arguments, verify, &exit_code] { exit_code = look(*arguments, verify); });
  };
  add("ls", "List the snapshots, and those that were set aside", false);
  add("verify", "Read every snapshot to its end and say which are sound", true);
}

}  // namespace assay::host
