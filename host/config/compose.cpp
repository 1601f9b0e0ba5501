#include "host/config/compose.hpp"

#include <nlohmann/json.hpp>
#include <utility>

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

}  // namespace

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
