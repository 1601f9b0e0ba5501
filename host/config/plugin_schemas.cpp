#include "host/config/plugin_schemas.hpp"

#include <nlohmann/json.hpp>
#include <utility>

#include "host/config/canonical.hpp"
#include "host/config/schema.hpp"

namespace assay::host {
namespace {

using Json = nlohmann::ordered_json;

// A plugin's "#/$defs/x" means its own document, which now stands deeper.
void rebase(Json& schema, const std::string& base) {
  if (schema.is_object()) {
    for (auto& [key, value] : schema.items()) {
      if (key == "$ref" && value.is_string()) {
        value = base + value.get<std::string>().substr(1);
      } else {
        rebase(value, base);
      }
    }
    // Our reader closes a map whose keys are listed; say so to those who read the standard's words.
    if (schema.contains("properties") && schema["properties"].is_object() &&
        !schema.contains("additionalProperties") && !schema.contains("patternProperties")) {
      schema["additionalProperties"] = false;
    }
  } else if (schema.is_array()) {
    for (Json& item : schema) rebase(item, base);
  }
}

const PluginSchema* find(std::span<const PluginSchema> plugins, PluginSchema::Kind kind,
                         const std::string& id) {
  for (const PluginSchema& plugin : plugins) {
    if (plugin.kind == kind && plugin.id == id) return &plugin;
  }
  return nullptr;
}

// `owner` is the rule or sink in the merged tree, `key` what holds its settings. Returns them,
// judged.
Node judge(Node& owner, const std::string& key, const std::string& path, const Span& place,
           const PluginSchema& plugin, Diagnostics& diagnostics) {
  const bool is_rule = plugin.kind == PluginSchema::Kind::rule;
  const std::string name = std::string(is_rule ? "rule" : "sink") + " plugin `" + plugin.id + "`";
  Node none = empty_map(place);
  Node* settings = owner.find(key);
  if (settings == nullptr) settings = &none;
  if (plugin.json.empty()) {
    keep_secret(*settings);
  } else if (const auto schema = Schema::parse(plugin.json)) {
    const Entry* entry = owner.entry(key);
    schema->check(*settings, diagnostics,
                  {.owner = name, .path = path, .place = entry ? entry->key_span : place});
  } else {
    diagnostics.add(
        {.code = Code::bad_plugin_schema,
         .message = "the " + name + " describes its settings wrongly: " + schema.error(),
         .span = place,
         .note = "this is a fault of the plugin, not of the configuration",
         .help = "ask its author",
         .path = path});
  }
  return *settings;
}

}  // namespace

void check_plugin_settings(Config& config, std::span<const PluginSchema> plugins,
                           Diagnostics& diagnostics) {
  Node* rules = config.merged.find("rules");
  for (RuleConfig& rule : config.rules) {
    const auto* plugin = find(plugins, PluginSchema::Kind::rule, rule.use);
    if (plugin == nullptr) continue;
    rule.parameters = judge(*rules->find(rule.id), "parameters", "rules." + rule.id + ".parameters",
                            rule.use_span, *plugin, diagnostics);
  }
  Node* sinks = config.merged.find("sinks");
  for (SinkConfig& sink : config.sinks) {
    const auto* plugin = find(plugins, PluginSchema::Kind::sink, sink.use);
    if (plugin == nullptr) continue;
    sink.config = judge(*sinks->find(sink.id), "config", "sinks." + sink.id + ".config",
                        sink.use_span, *plugin, diagnostics);
  }
  config.canonical_json = canonical_json(config.merged);
  config.hash = sha256_hex(config.canonical_json);
}

tl::expected<std::string, std::string> compose_schema(std::span<const PluginSchema> plugins) {
  Json document = host_schema().document();
  for (const PluginSchema& plugin : plugins) {
    const auto parsed = Schema::parse(plugin.json);
    if (!parsed) {
      return tl::unexpected("the schema of plugin `" + plugin.id +
                            "` is refused: " + parsed.error());
    }
    const bool is_rule = plugin.kind == PluginSchema::Kind::rule;
    const std::string name = (is_rule ? "rule." : "sink.") + plugin.id;
    Json schema = parsed->document();
    if (schema.is_object()) schema.erase("$schema");
    rebase(schema, "#/$defs/" + name);
    document["$defs"][name] = std::move(schema);
    Json condition = {{"properties", {{"use", {{"const", plugin.id}}}}}, {"required", {"use"}}};
    Json consequence = {
        {"properties", {{is_rule ? "parameters" : "config", {{"$ref", "#/$defs/" + name}}}}}};
    document["$defs"][is_rule ? "rule" : "sink"]["allOf"].push_back(
        {{"if", std::move(condition)}, {"then", std::move(consequence)}});
  }
  return document.dump(2);
}

}  // namespace assay::host
