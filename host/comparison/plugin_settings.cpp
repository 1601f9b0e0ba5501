#include "host/comparison/plugin_settings.hpp"

#include <assay/rule.h>
#include <assay/sink.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "host/config/schema.hpp"

namespace assay::host {
namespace {

std::shared_ptr<const Plugin> plugin_of(const Assembly& assembly, const std::string& use) {
  for (auto& plugin : assembly.plugins()) {
    if (std::filesystem::path(plugin->path()).stem() == use) return plugin;
  }
  return nullptr;
}

const char* schema_of(const Plugin& plugin, PluginKind kind) {
  if (kind == PluginKind::rule) {
    const auto* schema = plugin.rule_schema();
    return schema ? schema : "{}";
  }
  const auto* api = plugin.interface<assay_sink_api>(ASSAY_SINK_ID);
  return api && api->describe ? api->describe() : "{}";
}

}  // namespace

void add_plugin_settings(Settings& settings, const Assembly& assembly, PluginKind kind,
                         const std::string& use, const Node& node, const std::string& path) {
  const auto plugin = plugin_of(assembly, use);
  const auto schema = Schema::parse(plugin ? schema_of(*plugin, kind) : "{}");
  const auto document =
      schema ? schema->document() : nlohmann::ordered_json(nlohmann::ordered_json::object());
  add_settings(settings, document, document, &node, path);
}

std::string plugin_in_words(const Assembly& assembly, const std::string& use) {
  const auto plugin = plugin_of(assembly, use);
  return plugin ? use + " " + plugin->version() : "";
}

}  // namespace assay::host
