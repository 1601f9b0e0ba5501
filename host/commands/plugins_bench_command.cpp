#include "host/commands/plugins_bench_command.hpp"

#include <CLI/CLI.hpp>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>

#include "host/commands/bench_report.hpp"
#include "host/commands/config_files.hpp"
#include "host/commands/exit_code.hpp"
#include "host/conformance/conformance.hpp"
#include "host/conformance/rule_bench.hpp"
#include "host/conformance/sample_settings.hpp"

namespace assay::host {
namespace {

constexpr const char* kExample = R"(Examples:
  assay plugins bench ./round_amount.so
  assay plugins bench ./round_amount.so --settings rules/round_amount.yaml --format json

This RUNS the rule, in this process, on made-up data out of what it binds: see that `assay plugins
validate` finds nothing first. Compare with the empty rule of the same run; a busy machine slows
both.)";

struct Arguments {
  std::string file;
  std::string settings;
  int rounds = 25;
  std::uint64_t seed = 1;
  std::string format = "human";
};

int say(int exit_code, const std::string& words) {
  std::fprintf(stderr, "assay plugins bench: %s\n", words.c_str());
  return exit_code;
}

int bench(const Arguments& arguments) {
  std::optional<Node> settings;
  if (!arguments.settings.empty()) {
    Diagnostics diagnostics;
    settings = read_settings(arguments.settings, diagnostics);
    show(diagnostics, DiagnosticFormat::human, stderr);
    if (!settings) return ExitCode::configuration;
  }
  auto candidate = open_candidate(arguments.file, {});
  if (!candidate) return say(ExitCode::input_output, candidate.error());
  if (candidate->kind == PluginKind::sink) {
    return say(ExitCode::usage, "`" + arguments.file +
                                    "` is a sink, which costs what its peer costs; only rules are "
                                    "measured");
  }
  for (const auto& finding : candidate->inspection.findings) {
    if (finding.severity != Finding::Severity::refusal) continue;
    return say(ExitCode::failed,
               "`" + arguments.file + "` " + finding.message + "; " + finding.help);
  }
  candidate->settings = std::move(settings);
  candidate->seed = arguments.seed;
  try {
    const auto cost = measure_rule(*candidate, arguments.rounds);
    const auto text = arguments.format == "json" ? json_of_cost(cost) : print_cost(cost);
    std::fputs(text.c_str(), stdout);
    return ExitCode::done;
  } catch (const Broken& broken) {
    return say(ExitCode::failed, without_secrets(broken.message + "; " + broken.help));
  }
}

}  // namespace

void add_plugins_bench_command(CLI::App& plugins, int& exit_code) {
  auto arguments = std::make_shared<Arguments>();
  CLI::App* command =
      plugins.add_subcommand("bench", "Measure what a rule costs, beside an empty one");
  command->add_option("FILE", arguments->file, "The rule's library")->required();
  command->add_option("--settings", arguments->settings,
                      "A rule's file, or one with the plugin's settings");
  command->add_option("--rounds", arguments->rounds, "Rounds to measure, of some milliseconds")
      ->check(CLI::Range(1, 10'000))
      ->capture_default_str();
  command->add_option("--seed", arguments->seed, "Of the made-up data")->capture_default_str();
  command->add_option("--format", arguments->format, "human or json")
      ->check(CLI::IsMember({"human", "json"}))
      ->capture_default_str();
  command->footer(kExample);
  command->callback([arguments, &exit_code] { exit_code = bench(*arguments); });
}

}  // namespace assay::host
