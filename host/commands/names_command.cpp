#include "host/commands/names_command.hpp"

#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "host/application/assembly.hpp"
#include "host/application/fields.hpp"
#include "host/commands/config_files.hpp"
#include "host/commands/exit_code.hpp"
#include "host/commands/name_report.hpp"

namespace assay::host {
namespace {

constexpr const char* kFieldsExample = R"(Examples:
  assay fields -c assay.yaml
  assay fields -c assay.yaml --format json

The names that rules, conditions and reasons may use, with their types: of the message, of the
account holder, of the engine, and the features that the configuration names. No rule is loaded, so
it answers where a rule is at fault.)";

constexpr const char* kFeaturesExample = R"(Examples:
  assay features -c assay.yaml
  assay features -c assay.yaml --format json

Every feature that a rule, a step or a sink reads, and who shares it; then each key that history is
kept by: by partition where the topic's key or what it implies is among its fields, else once for
all partitions of the process. Bytes are predicted, before the tables' spare room.)";

struct Arguments {
  std::vector<std::string> files;
  std::string format = "human";

  [[nodiscard]] ReportFormat report() const {
    return format == "json" ? ReportFormat::json : ReportFormat::human;
  }
};

// Faults go to standard error, the report to standard output.
int answer(const Diagnostics& diagnostics, const std::optional<std::string>& report) {
  show(diagnostics, DiagnosticFormat::human, stderr);
  if (!report) return ExitCode::configuration;
  std::fputs(report->c_str(), stdout);
  return ExitCode::done;
}

std::optional<std::string> fields(const Arguments& arguments, Diagnostics& diagnostics) {
  const auto config = load_config(arguments.files, diagnostics);
  if (!config) return std::nullopt;
  const auto schema = transaction_schema(*config, diagnostics);
  std::optional<core::Schema> holders;
  if (config->holders) holders = holder_schema(*config->holders, diagnostics);
  if (!schema || (config->holders && !holders)) return std::nullopt;
  core::Layout layout;
  schema->add_to(layout);
  FieldCatalogue catalogue(layout, decision_fields(*schema, holders ? &*holders : nullptr));
  std::optional<core::FeaturePlan> plan;
  std::optional<FeatureCatalogue> features;
  if (schema->find(core::FieldRole::time)) {
    plan.emplace(feature_options(*config, *schema, layout));
    features.emplace(catalogue, layout, *plan);
    (void)add_named(catalogue, *features, config->features.named, diagnostics);
  }
  return print_fields(named_values(*schema, catalogue, features ? &*features : nullptr),
                      arguments.report());
}

std::optional<std::string> features(const Arguments& arguments, Diagnostics& diagnostics) {
  auto config = load_config(arguments.files, diagnostics);
  const auto assembly =
      config ? Assembly::build(*config, Assembly::CardKey::not_needed, diagnostics) : nullptr;
  if (!assembly) return std::nullopt;
  const auto* catalogue = assembly->decisions().features.get();
  if (catalogue) return print_features(*catalogue, arguments.report());
  core::Layout layout;
  core::FeaturePlan none{{}};
  const FieldCatalogue nothing(layout, {});
  return print_features(FeatureCatalogue(nothing, layout, none), arguments.report());
}

using Report = std::optional<std::string> (*)(const Arguments&, Diagnostics&);

void add_command(CLI::App& app, const char* name, const char* what, const char* example,
                 Report report, int& exit_code) {
  auto arguments = std::make_shared<Arguments>();
  CLI::App* command = app.add_subcommand(name, what);
  add_config_option(*command, arguments->files);
  command->add_option("--format", arguments->format, "human or json")
      ->check(CLI::IsMember({"human", "json"}))
      ->capture_default_str();
  command->footer(example);
  command->callback([arguments, report, &exit_code] {
    Diagnostics diagnostics;
    const auto text = report(*arguments, diagnostics);
    exit_code = answer(diagnostics, text);
  });
}

}  // namespace

void add_fields_command(CLI::App& app, int& exit_code) {
  add_command(app, "fields", "List what a rule may use", kFieldsExample, &fields, exit_code);
}

void add_features_command(CLI::App& app, int& exit_code) {
  add_command(app, "features", "List what is remembered, for whom and at what price",
              kFeaturesExample, &features, exit_code);
}

}  // namespace assay::host
