#include "host/commands/schema_command.hpp"

#include <assay/rule.h>
#include <assay/sink.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>
#include <system_error>
#include <vector>

#include "host/commands/exit_code.hpp"
#include "host/commands/plugin_folders.hpp"
#include "host/config/plugin_schemas.hpp"
#include "host/plugins/plugin_library.hpp"
#include "host/version.hpp"

namespace assay::host {
namespace {

constexpr const char* kExample = R"(Examples:
  assay schema > assay.schema.json
  assay schema --plugins /opt/rules > assay.schema.json

JSON Schema, draft 2020-12. An editor with YAML support completes and checks a file that begins with
  # yaml-language-server: $schema=assay.schema.json)";

std::vector<std::string> libraries_in(const std::vector<std::string>& folders) {
  std::vector<std::string> paths;
  for (const auto& folder : folders) {
    std::error_code failure;
    std::vector<std::string> here;
    for (const auto& file : std::filesystem::directory_iterator(folder, failure)) {
      if (file.path().extension() == ".so") {
        here.push_back(std::filesystem::absolute(file.path()).string());
      }
    }
    if (failure) {
      std::fprintf(stderr, "assay schema: %s: %s\n", folder.c_str(), failure.message().c_str());
    }
    std::sort(here.begin(), here.end());
    paths.insert(paths.end(), here.begin(), here.end());
  }
  return paths;
}

int print(std::vector<std::string> folders) {
  for (auto& folder : default_plugin_folders()) folders.push_back(std::move(folder));
  const HostServices services{{}, {}, std::string(kVersion), {}};
  PluginLoader loader(services, {});
  std::vector<PluginSchema> schemas;
  const auto add = [&](PluginSchema::Kind kind, const std::string& id, const char* json) {
    const auto known = std::any_of(schemas.begin(), schemas.end(), [&](const PluginSchema& one) {
      return one.kind == kind && one.id == id;  // the first folder wins, as when plugins are used
    });
    if (!known) schemas.push_back({kind, id, json});
  };
  for (const auto& path : libraries_in(folders)) {
    const auto plugin = loader.load(path);
    if (!plugin) {
      std::fprintf(stderr, "assay schema: left out: %s\n", plugin.error().message.c_str());
      continue;
    }
    const auto name = std::filesystem::path(path).stem().string();
    if (const auto* rule = (*plugin)->interface<assay_rule_api>(ASSAY_RULE_ID)) {
      if (rule->describe) add(PluginSchema::Kind::rule, name, rule->describe());
    }
    if (const auto* sink = (*plugin)->interface<assay_sink_api>(ASSAY_SINK_ID)) {
      if (sink->describe) add(PluginSchema::Kind::sink, name, sink->describe());
    }
  }
  const auto schema = compose_schema(schemas);
  if (!schema) {
    std::fprintf(stderr, "assay schema: %s\n", schema.error().c_str());
    return ExitCode::configuration;
  }
  std::puts(schema->c_str());
  return ExitCode::done;
}

}  // namespace

void add_schema_command(CLI::App& app, int& exit_code) {
  auto folders = std::make_shared<std::vector<std::string>>();
  CLI::App* command =
      app.add_subcommand("schema", "Print the JSON Schema of a configuration, plugins included");
  command->add_option("--plugins", *folders, "Folder with more plugins; may be repeated")
      ->allow_extra_args(false)
      ->type_name("DIR");
  command->footer(kExample);
  command->callback([folders, &exit_code] { exit_code = print(*folders); });
}

}  // namespace assay::host
