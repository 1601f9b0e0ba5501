#include "host/commands/diff_command.hpp"

#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "host/application/assembly.hpp"
#include "host/commands/config_files.hpp"
#include "host/commands/diff_report.hpp"
#include "host/commands/exit_code.hpp"
#include "host/comparison/comparison.hpp"

namespace assay::host {
namespace {

constexpr const char* kExample = R"(Examples:
  assay diff /etc/assay/assay.yaml assay.yaml
  assay diff /etc/assay/assay.yaml assay.yaml --old site.yaml --new site.yaml
  assay diff old/assay.yaml new/assay.yaml --format json

Both are read as the engine would read them, includes, overlays and defaults with them, and no peer
is asked. Paths are compared as they are written, files that a rule names also by what is in them.
Ends with 0 when nothing would change, 1 when something would, 78 when either is refused.)";

struct Arguments {
  std::string old_file;
  std::string new_file;
  std::vector<std::string> old_overlays;
  std::vector<std::string> new_overlays;
  std::string format = "human";
};

struct Side {
  std::optional<Config> config;
  std::unique_ptr<Assembly> assembly;  // points to the configuration
};

// Nothing where it is refused: why has been said. `beside` may be null.
std::unique_ptr<Side> side_of(const char* name, const std::string& file,
                              const std::vector<std::string>& overlays, const Side* beside) {
  std::vector<std::string> files{file};
  files.insert(files.end(), overlays.begin(), overlays.end());
  Diagnostics diagnostics;
  auto side = std::make_unique<Side>();
  side->config = load_config(files, diagnostics);
  if (side->config) {
    side->assembly =
        Assembly::build(*side->config, Assembly::CardKey::not_needed, diagnostics,
                        beside ? beside->assembly->ground() : std::make_shared<Ground>());
  }
  if (side->assembly) return side;
  show(diagnostics, DiagnosticFormat::human, stderr);
  std::fprintf(stderr,
               "assay diff: the %s configuration is refused, so there is nothing to compare\n",
               name);
  return nullptr;
}

int diff(const Arguments& arguments) {
  const auto before = side_of("old", arguments.old_file, arguments.old_overlays, nullptr);
  const auto after = side_of("new", arguments.new_file, arguments.new_overlays, before.get());
  if (!before || !after) return ExitCode::configuration;
  const auto comparison = compare(*before->assembly, *after->assembly);
  const auto format = arguments.format == "json" ? ReportFormat::json : ReportFormat::human;
  std::fputs(print_comparison(comparison, format).c_str(), stdout);
  return comparison.changes.empty() ? ExitCode::done : ExitCode::failed;
}

}  // namespace

void add_diff_command(CLI::App& app, int& exit_code) {
  auto arguments = std::make_shared<Arguments>();
  CLI::App* command = app.add_subcommand("diff", "Say what a change of configuration would do");
  const auto overlays = [&](const char* option, std::vector<std::string>& files, const char* what) {
    command->add_option(option, files, what)->allow_extra_args(false)->type_name("FILE");
  };
  command->add_option("OLD", arguments->old_file, "The configuration that runs")->required();
  command->add_option("NEW", arguments->new_file, "The one that shall run")->required();
  overlays("--old", arguments->old_overlays, "Lies over OLD; may be repeated");
  overlays("--new", arguments->new_overlays, "Lies over NEW; may be repeated");
  command->add_option("--format", arguments->format, "human or json")
      ->check(CLI::IsMember({"human", "json"}))
      ->capture_default_str();
  command->footer(kExample);
  command->callback([arguments, &exit_code] { exit_code = diff(*arguments); });
}

}  // namespace assay::host
