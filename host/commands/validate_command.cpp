#include "host/commands/validate_command.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "host/application/application.hpp"
#include "host/application/kafka_settings.hpp"
#include "host/commands/config_files.hpp"
#include "host/commands/exit_code.hpp"
#include "host/config/merge.hpp"
#include "host/kafka/consumer.hpp"

namespace assay::host {
namespace {

constexpr const char* kExample = R"(Examples:
  assay validate -c assay.yaml
  assay validate -c base.yaml -c site.yaml --offline --format short
  assay validate -c base.yaml -c site.yaml --offline --merged

Human words go to standard error; `short` (a line each) and `json` (an object a line) to standard
output. Ends with 0 when the configuration is sound, 78 when it is refused, 69 when a peer that it
names cannot be reached.)";

constexpr std::chrono::seconds kPatience{5};

struct Arguments {
  std::vector<std::string> files;
  bool offline = false;
  bool merged = false;
  std::string format = "human";
};

void check_topic(const Config& config, const std::string& topic, Diagnostics& diagnostics) {
  ConsumerOptions options;
  options.bootstrap = config.source.bootstrap;
  options.topic = topic;
  options.group = config.source.group;
  options.membership = Membership::none;
  options.properties = config.source.kafka;
  Diagnostic fault;
  fault.path = "source.bootstrap";
  const auto consumer = Consumer::open(std::move(options));
  if (!consumer) {
    refuse_client(consumer.error(), diagnostics);
    return;
  }
  const auto count = (*consumer)->partition_count(topic, kPatience);
  if (count && *count > 0) return;
  fault.code = Code::peer_unreachable;
  fault.severity = count ? Severity::warning : Severity::error;
  fault.message =
      count ? "topic `" + topic + "` does not exist at " + config.source.bootstrap
            : "Kafka at " + config.source.bootstrap + " cannot be reached: " + count.error().words;
  if (count) {
    fault.note = "the engine waits until it is there";
    fault.help = "create it, or see `source.topic` and `holders.topic`";
  } else {
    fault.help =
        "see `source.bootstrap` and that the broker runs and this machine may reach it; "
        "until then the engine waits for it and loses nothing";
  }
  diagnostics.add(std::move(fault));
}

// The engine waits for a peer that is away; whoever validates wants to know.
void check_peers(Assembly& assembly, Diagnostics& diagnostics) {
  Diagnostics of_sinks;
  Application(assembly, {}).check_sinks(of_sinks, kPatience);
  for (auto one : of_sinks.all()) {
    one.severity = Severity::error;
    diagnostics.add(std::move(one));
  }
  const auto& config = assembly.config();
  check_topic(config, config.source.topic, diagnostics);
  if (config.holders && config.holders->file.empty()) {
    check_topic(config, config.holders->topic, diagnostics);
  }
}

bool only_peers_are_away(const Diagnostics& diagnostics) {
  return std::all_of(diagnostics.all().begin(), diagnostics.all().end(), [](const auto& one) {
    return one.severity != Severity::error || one.code == Code::peer_unreachable;
  });
}

DiagnosticFormat format_of(const std::string& name) {
  if (name == "short") return DiagnosticFormat::brief;
  return name == "json" ? DiagnosticFormat::json : DiagnosticFormat::human;
}

std::string counted(std::size_t count, const char* what) {
  return std::to_string(count) + " " + what + (count == 1 ? "" : "s");
}

int validate(const Arguments& arguments) {
  Diagnostics diagnostics;
  auto config = load_config(arguments.files, diagnostics);
  // Who checks a configuration need not have the card key.
  const auto key = arguments.offline ? Assembly::CardKey::not_needed : Assembly::CardKey::required;
  auto assembly = config ? Assembly::build(*config, key, diagnostics) : nullptr;
  if (assembly && !arguments.offline) check_peers(*assembly, diagnostics);

  const bool human = arguments.format == "human";
  show(diagnostics, format_of(arguments.format), human || arguments.merged ? stderr : stdout);
  if (config && arguments.merged) std::fputs(print_merged(config->merged).c_str(), stdout);
  if (diagnostics.has_errors()) {
    return only_peers_are_away(diagnostics) ? ExitCode::unreachable : ExitCode::configuration;
  }
  if (human) {
    std::fprintf(stderr, "valid: %s, %s, %s%s; configuration %.12s\n",
                 counted(config->rules.size(), "rule").c_str(),
                 counted(config->sinks.size(), "sink").c_str(),
                 counted(config->chains.size(), "chain").c_str(),
                 arguments.offline ? "" : ", every peer reached", config->hash.c_str());
  }
  return ExitCode::done;
}

}  // namespace

void add_validate_command(CLI::App& app, int& exit_code) {
  auto arguments = std::make_shared<Arguments>();
  CLI::App* command =
      app.add_subcommand("validate", "Say everything that is wrong with a configuration");
  add_config_option(*command, arguments->files);
  command->add_flag("--offline", arguments->offline,
                    "Ask neither Kafka nor the sinks, and do without the card key");
  command->add_flag("--merged", arguments->merged,
                    "Print the merged configuration, and where each value came from");
  command->add_option("--format", arguments->format, "Of what is found: human, short or json")
      ->check(CLI::IsMember({"human", "short", "json"}))
      ->capture_default_str();
  command->footer(kExample);
  command->callback([arguments, &exit_code] { exit_code = validate(*arguments); });
}

}  // namespace assay::host
