#include "host/commands/plugins_command.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "host/commands/config_files.hpp"
#include "host/commands/exit_code.hpp"
#include "host/commands/plugin_folders.hpp"
#include "host/commands/plugin_report.hpp"
#include "host/commands/plugins_bench_command.hpp"
#include "host/commands/plugins_new_command.hpp"
#include "host/commands/plugins_validate_command.hpp"
#include "host/diagnostics/printable.hpp"
#include "host/plugin_files/plugin_file.hpp"
#include "host/plugin_files/plugin_search.hpp"

namespace assay::host {
namespace {

constexpr const char* kExample = R"(Examples:
  assay plugins ls
  assay plugins ls -c assay.yaml --format json
  assay plugins inspect ./round_amount.so
  assay plugins inspect velocity
  assay plugins pin -c assay.yaml --output pins.yaml
  assay plugins new rule round_amount
  assay plugins validate ./round_amount.so
  assay plugins bench ./round_amount.so

`ls`, `inspect` and `pin` read files and run nothing of them; `validate` and `bench` run the plugin.
`ls` lists what is in the plugin folders, `inspect` tells
of one file, and ends with 1 where the engine would not load it. `pin` writes a configuration that
holds every plugin in use to the content that it has now; lay it over the other: assay run -c
assay.yaml -c pins.yaml)";

struct Arguments {
  std::vector<std::string> files;
  std::vector<std::string> folders;
  std::string name;
  std::string output;
  std::string format = "human";

  [[nodiscard]] bool json() const { return format == "json"; }
};

int say(int exit_code, const std::string& words) {
  std::fprintf(stderr, "assay plugins: %s\n", words.c_str());
  return exit_code;
}

// What a command goes by: the configuration, or what holds without one.
struct Ground {
  std::optional<Config> config{};
  PluginsConfig plugins{};  // folders complete
};

std::optional<Ground> ground_of(const Arguments& arguments) {
  Ground ground;
  if (!arguments.files.empty()) {
    Diagnostics diagnostics;
    ground.config = load_config(arguments.files, diagnostics);
    show(diagnostics, DiagnosticFormat::human, stderr);
    if (!ground.config) return std::nullopt;
    ground.plugins = ground.config->plugins;
  } else {
    ground.plugins.path = default_plugin_folders();
  }
  auto& folders = ground.plugins.path;
  folders.insert(folders.begin(), arguments.folders.begin(), arguments.folders.end());
  return ground;
}

// Who uses what, in the order of the configuration.
std::vector<std::pair<std::string, std::string>> uses_of(const Config& config) {
  std::vector<std::pair<std::string, std::string>> uses;
  for (const auto& rule : config.rules) {
    if (!rule.use.empty()) uses.emplace_back(rule.use, "rule `" + rule.id + "`");
  }
  for (const auto& sink : config.sinks) uses.emplace_back(sink.use, "sink `" + sink.id + "`");
  return uses;
}

ExaminedPlugin::Pin pin_of(const ExaminedPlugin& plugin, const PluginsConfig& config) {
  for (const auto& pin : config.pins) {
    if (pin.plugin != plugin.name) continue;
    return pin.sha256 == plugin.sha256 ? ExaminedPlugin::Pin::holds : ExaminedPlugin::Pin::differs;
  }
  return ExaminedPlugin::Pin::none;
}

Inspection unreadable(const std::string& why) {
  Inspection inspection;
  inspection.findings.push_back({Finding::Severity::refusal, "file", why, "a file that can be read",
                                 "look at its rights and its size"});
  return inspection;
}

ExaminedPlugin examine(const std::string& name, const std::string& path, const Ground& ground) {
  ExaminedPlugin plugin;
  plugin.name = name;
  plugin.path = path;
  const auto file = PluginFile::open(path, ground.plugins.max_size);
  if (file) {
    plugin.size = file->size();
    auto identified = identify_plugin(file->bytes(), {ground.plugins.libraries, {}});
    plugin.inspection = std::move(identified.inspection);
    plugin.sha256 = std::move(identified.sha256);
  } else {
    plugin.inspection = unreadable(file.error());
  }
  if (!ground.config) return plugin;
  plugin.pin = pin_of(plugin, ground.plugins);
  for (const auto& [used, user] : uses_of(*ground.config)) {
    if (used == name) plugin.users.push_back(user);
  }
  return plugin;
}

int print(const std::string& text) {
  std::fputs(text.c_str(), stdout);
  return ExitCode::done;
}

int list(const Arguments& arguments) {
  const auto ground = ground_of(arguments);
  if (!ground) return ExitCode::configuration;
  std::vector<ExaminedPlugin> plugins;
  for (const auto& path : plugins_in(ground->plugins.path)) {
    plugins.push_back(examine(std::filesystem::path(path).stem(), path, *ground));
  }
  return print(arguments.json() ? json_of_plugins(plugins)
                                : print_plugins(plugins, ground->config.has_value()));
}

int inspect(const Arguments& arguments) {
  const auto ground = ground_of(arguments);
  if (!ground) return ExitCode::configuration;
  // A file that lies here is meant as one, with or without a slash.
  std::error_code ignored;
  const bool here = std::filesystem::is_regular_file(arguments.name, ignored);
  const auto path =
      find_plugin(here ? std::filesystem::absolute(arguments.name).string() : arguments.name,
                  ground->plugins.path);
  if (!path) {
    const auto& fault = path.error();
    return say(ExitCode::usage, fault.message + (fault.note.empty() ? "" : "; " + fault.note) +
                                    (fault.help.empty() ? "" : "; " + fault.help));
  }
  const auto plugin = examine(arguments.name, *path, *ground);
  print(arguments.json() ? json_of_plugin(plugin) : print_plugin(plugin));
  return plugin.inspection.fit() ? ExitCode::done : ExitCode::failed;
}

// Beside the file and then in its place: half a list of pins would hold half of the plugins.
// Answers why not, or nothing where it is done.
std::string write(const std::string& path, const std::string& text) {
  const auto beside = path + ".new";
  std::FILE* file = std::fopen(beside.c_str(), "wbe");
  if (!file) return std::strerror(errno);
  std::string why;
  if (std::fwrite(text.data(), 1, text.size(), file) != text.size()) why = std::strerror(errno);
  if (std::fclose(file) != 0 && why.empty()) why = std::strerror(errno);
  if (why.empty() && std::rename(beside.c_str(), path.c_str()) != 0) why = std::strerror(errno);
  if (!why.empty()) std::remove(beside.c_str());
  return why;
}

int pin(const Arguments& arguments) {
  const auto ground = ground_of(arguments);
  if (!ground) return ExitCode::configuration;
  std::vector<ExaminedPlugin> plugins;
  for (const auto& [name, user] : uses_of(*ground->config)) {
    const auto same = [&name = name](const ExaminedPlugin& one) { return one.name == name; };
    if (std::any_of(plugins.begin(), plugins.end(), same)) continue;
    const auto path = find_plugin(name, ground->plugins.path);
    if (!path) return say(ExitCode::configuration, user + ": " + path.error().message);
    plugins.push_back(examine(name, *path, *ground));
    if (!plugins.back().inspection.fit()) {
      return say(ExitCode::failed, "nothing is pinned: `" + printable(*path) + "` " +
                                       plugins.back().inspection.findings.front().message +
                                       "; `assay plugins inspect` tells how to mend it");
    }
  }
  const auto text = arguments.json() ? json_of_pins(plugins) : print_pins(plugins);
  if (arguments.output.empty()) return print(text);
  if (const auto why = write(arguments.output, text); !why.empty()) {
    return say(ExitCode::input_output, arguments.output + " cannot be written: " + why);
  }
  return ExitCode::done;
}

}  // namespace

void add_plugins_command(CLI::App& app, int& exit_code) {
  CLI::App* plugins = app.add_subcommand("plugins", "List, inspect, pin, try and begin plugins");
  plugins->require_subcommand(1);
  plugins->footer(kExample);
  const auto add = [&](const char* name, const char* what, int (*action)(const Arguments&)) {
    auto arguments = std::make_shared<Arguments>();
    CLI::App* command = plugins->add_subcommand(name, what);
    add_config_option(*command, arguments->files);
    command->add_option("--plugins", arguments->folders, "Folder with more plugins, first in line")
        ->allow_extra_args(false)
        ->type_name("DIR");
    command->add_option("--format", arguments->format, "human or json")
        ->check(CLI::IsMember({"human", "json"}))
        ->capture_default_str();
    command->footer(kExample);
    command->callback([arguments, action, &exit_code] { exit_code = action(*arguments); });
    return std::pair(command, arguments);
  };
  const auto [ls, unused] = add("ls", "List what is in the plugin folders", &list);
  ls->get_option("--config")->required(false);
  const auto [look, at] =
      add("inspect", "Tell what a plugin's file is, without running it", &inspect);
  look->get_option("--config")->required(false);
  look->add_option("PLUGIN", at->name, "A file, or the name of a plugin")->required();
  const auto [hold, what] =
      add("pin", "Write pins of every plugin that a configuration uses", &pin);
  hold->add_option("-o,--output", what->output, "File to write; else it is printed");
  add_plugins_validate_command(*plugins, exit_code);
  add_plugins_bench_command(*plugins, exit_code);
  add_plugins_new_command(*plugins, exit_code);
}

}  // namespace assay::host
