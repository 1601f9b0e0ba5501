#include "host/commands/plugins_validate_command.hpp"

#include <CLI/CLI.hpp>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "host/commands/config_files.hpp"
#include "host/commands/conformance_report.hpp"
#include "host/commands/exit_code.hpp"
#include "host/config/values.hpp"
#include "host/conformance/conformance.hpp"
#include "host/conformance/sample_settings.hpp"

namespace assay::host {
namespace {

constexpr const char* kExample = R"(Examples:
  assay plugins validate ./round_amount.so
  assay plugins validate ./round_amount.so --settings rules/round_amount.yaml -c assay.yaml
  assay plugins validate ./round_amount.so --check batch_sizes --seed 7
  assay plugins validate ./webhook.so --settings test_receiver.yaml --format json

This RUNS the plugin, each check in a process of its own with a deadline, on made-up data out of what
the plugin binds; a sink DELIVERS it: name a receiver of tests in the settings. --settings is a
rule's file, or one with the settings alone; without it they come out of the plugin's schema. -c is a
deployment's configuration: its fields and features. What the plugin prints goes to standard error.
It ends with 1 where a promise is broken.)";

struct Arguments {
  std::string file;
  std::string settings;
  std::vector<std::string> files;
  std::vector<std::string> checks;
  std::string deadline = "10s";
  std::uint64_t seed = 1;
  std::string format = "human";
};

// A number alone is seconds: that is how it was written first.
tl::expected<std::chrono::milliseconds, std::string> parse_deadline(const std::string& text) {
  using std::chrono::nanoseconds;
  const bool bare = !text.empty() && text.find_first_not_of("0123456789") == std::string::npos;
  const auto parsed = parse_duration(bare ? text + "s" : text);
  if (!parsed) return tl::unexpected(parsed.error());
  const nanoseconds deadline(*parsed);
  if (deadline < std::chrono::seconds(1) || deadline > std::chrono::hours(1)) {
    return tl::unexpected("`" + text + "` is not between 1s and 1h");
  }
  return std::chrono::duration_cast<std::chrono::milliseconds>(deadline);
}

int refused(const Diagnostics& diagnostics) {
  show(diagnostics, DiagnosticFormat::human, stderr);
  return ExitCode::configuration;
}

int validate(const Arguments& arguments) {
  Diagnostics diagnostics;
  std::optional<Config> config;
  if (!arguments.files.empty()) {
    config = load_config(arguments.files, diagnostics);
    if (!config) return refused(diagnostics);
  }
  std::optional<Node> settings;
  if (!arguments.settings.empty()) {
    settings = read_settings(arguments.settings, diagnostics);
    if (!settings) return refused(diagnostics);
  }
  auto candidate = open_candidate(arguments.file, config ? config->plugins : PluginsConfig{});
  if (!candidate) {
    std::fprintf(stderr, "assay plugins validate: %s\n", candidate.error().c_str());
    return ExitCode::input_output;
  }
  candidate->config = std::move(config);
  candidate->settings = std::move(settings);
  candidate->seed = arguments.seed;
  const auto conformance =
      try_all(*candidate, {parse_deadline(arguments.deadline).value(), arguments.checks});
  const auto text = arguments.format == "json" ? json_of_conformance(conformance)
                                               : print_conformance(conformance);
  std::fputs(text.c_str(), stdout);
  return conformance.holds() ? ExitCode::done : ExitCode::failed;
}

}  // namespace

void add_plugins_validate_command(CLI::App& plugins, int& exit_code) {
  auto arguments = std::make_shared<Arguments>();
  CLI::App* command =
      plugins.add_subcommand("validate", "Run a plugin against every promise of the ABI");
  command->add_option("FILE", arguments->file, "The plugin's library")->required();
  command->add_option("--settings", arguments->settings,
                      "A rule's file, or one with the plugin's settings");
  add_config_option(*command, arguments->files);
  command->get_option("--config")->required(false);
  command->add_option("--check", arguments->checks, "This check alone; may be given several times")
      ->allow_extra_args(false)
      ->check(CLI::IsMember(all_check_ids()));
  command
      ->add_option("--deadline", arguments->deadline,
                   "How long a check may take, such as 60s; a number alone is seconds")
      ->check([](const std::string& text) {
        const auto parsed = parse_deadline(text);
        return parsed ? std::string{} : parsed.error();
      })
      ->capture_default_str();
  command->add_option("--seed", arguments->seed, "Of the made-up data")->capture_default_str();
  command->add_option("--format", arguments->format, "human or json")
      ->check(CLI::IsMember({"human", "json"}))
      ->capture_default_str();
  command->footer(kExample);
  command->callback([arguments, &exit_code] { exit_code = validate(*arguments); });
}

}  // namespace assay::host
