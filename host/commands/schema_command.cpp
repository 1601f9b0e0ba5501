#include "host/commands/schema_command.hpp"

#include <assay/rule.h>
#include <assay/sink.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>
#include <system_error>
#include <vector>

#include "host/commands/exit_code.hpp"
#include "host/commands/plugin_folders.hpp"
#include "host/config/config.hpp"
#include "host/config/plugin_schemas.hpp"
#include "host/plugin_files/plugin_file.hpp"
#include "host/plugin_files/plugin_search.hpp"
#include "host/plugin_files/preflight.hpp"

namespace assay::host {
namespace {

constexpr const char* kExample = R"(Examples:
  assay schema > assay.schema.json
  assay schema --plugins /opt/rules > assay.schema.json

JSON Schema, draft 2020-12. An editor with YAML support completes and checks a file that begins with
  # yaml-language-server: $schema=assay.schema.json)";

// What the plugin at `path` notes of itself; nothing of it is run.
tl::expected<PluginNote, std::string> note_of(const std::string& path) {
  const auto file = PluginFile::open(path, PluginsConfig{}.max_size);
  if (!file) return tl::make_unexpected("`" + path + "` " + file.error());
  const auto bytes = file->bytes();
  auto inspection = inspect_plugin(bytes, {});
  if (inspection.note) return std::move(*inspection.note);
  const auto& why = inspection.findings.back();
  return tl::make_unexpected("`" + path + "` " + why.message + "; " + why.help);
}

int print(std::vector<std::string> folders) {
  for (auto& folder : default_plugin_folders()) folders.push_back(std::move(folder));
  std::vector<PluginSchema> schemas;
  for (const auto& folder : folders) {
    std::error_code failure;
    (void)std::filesystem::directory_iterator(folder, failure);
    if (failure) {
      std::fprintf(stderr, "assay schema: %s: %s\n", folder.c_str(), failure.message().c_str());
    }
  }
  for (const auto& path : plugins_in(folders)) {
    const auto note = note_of(path);
    if (!note) {
      std::fprintf(stderr, "assay schema: left out: %s\n", note.error().c_str());
      continue;
    }
    const auto found = note->all.find("schema");
    if (found == note->all.end()) {
      std::fprintf(stderr, "assay schema: left out: `%s` notes no schema\n", path.c_str());
      continue;
    }
    const auto name = std::filesystem::path(path).stem().string();
    for (const auto& interface : note->interfaces) {
      if (interface == ASSAY_RULE_ID) {
        schemas.push_back({PluginSchema::Kind::rule, name, found->dump()});
      } else if (interface == ASSAY_SINK_ID) {
        schemas.push_back({PluginSchema::Kind::sink, name, found->dump()});
      }
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
