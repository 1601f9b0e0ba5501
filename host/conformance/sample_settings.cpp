#include "host/conformance/sample_settings.hpp"

#include <memory>
#include <nlohmann/json.hpp>
#include <utility>

#include "host/config/interpolate.hpp"
#include "host/config/schema.hpp"
#include "host/config/schema_checker.hpp"
#include "host/config/yaml_tree.hpp"
#include "host/diagnostics/printable.hpp"
#include "host/diagnostics/render.hpp"

namespace assay::host {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kSayThem =
    "say them with --settings FILE, or give the key a `default` or `examples` in the schema";

// Makes up what a schema requires.
class Example {
 public:
  explicit Example(const Json& root) : root_(root) {}

  [[nodiscard]] Json of(const Json& asked, const std::string& path) const {
    const Json& schema = resolved(asked);
    for (const auto* key : {"const", "default"}) {
      if (schema.contains(key)) return schema[key];
    }
    for (const auto* key : {"examples", "enum"}) {
      if (schema.contains(key) && !schema[key].empty()) return schema[key].front();
    }
    for (const auto* key : {"oneOf", "anyOf"}) {
      if (schema.contains(key) && !schema[key].empty()) return of(schema[key].front(), path);
    }
    const auto type = type_of(schema);
    if (type == "object") return map(schema, path);
    if (type == "array") return list(schema, path);
    if (type == "integer" || type == "number") return schema.value("minimum", Json(1));
    if (type == "boolean") return false;
    return text(schema, path);
  }

 private:
  [[nodiscard]] const Json& resolved(const Json& schema) const {
    if (!schema.is_object() || !schema.contains("$ref")) return schema;
    const auto* found = find_definition(root_, schema["$ref"]);
    return found ? resolved(*found) : schema;
  }

  [[nodiscard]] static std::string type_of(const Json& schema) {
    if (schema.contains("properties")) return "object";
    const auto type = schema.value("type", Json("string"));
    return type.is_array() ? type.front().get<std::string>() : type.get<std::string>();
  }

  [[nodiscard]] Json map(const Json& schema, const std::string& path) const {
    Json made = Json::object();
    for (const auto& required : schema.value("required", Json::array())) {
      const auto key = required.get<std::string>();
      const auto& properties = schema.value("properties", Json::object());
      const auto found = properties.find(key);
      if (found == properties.end()) throw missing(join_path(path, key));
      made[key] = of(*found, join_path(path, key));
    }
    return made;
  }

  [[nodiscard]] Json list(const Json& schema, const std::string& path) const {
    Json made = Json::array();
    const auto least = schema.value("minItems", 0);
    for (int i = 0; i < least && schema.contains("items"); ++i) {
      made.push_back(of(schema["items"], path + "[" + std::to_string(i) + "]"));
    }
    return made;
  }

  [[nodiscard]] static Json text(const Json& schema, const std::string& path) {
    const auto format = schema.value("format", std::string());
    if (format == "duration") return "10m";
    if (format == "size") return "1 MiB";
    if (format == "decimal") return "1.00";
    if (format == "money") return "1.00 EUR";
    if (format.empty() && !schema.contains("pattern")) return "example";
    throw missing(path);
  }

  [[nodiscard]] static Broken missing(const std::string& path) {
    return {"its schema requires `" + printable(path) + "` and has no example of it", kSayThem};
  }

  const Json& root_;
};

Node parsed(const std::string& name, std::string text) {
  Diagnostics none;
  return parse_yaml(std::make_shared<const Source>(name, std::move(text)), none);
}

void conceal(const Node& node, Diagnostics& concealment) {
  if (node.secret && !node.text.empty()) concealment.conceal(node.text);
  for (const auto& item : node.items) conceal(item, concealment);
  for (const auto& entry : node.entries) conceal(entry.value, concealment);
}

// Knows the secrets of this process's settings.
Diagnostics& concealment() {
  static Diagnostics secrets;
  return secrets;
}

}  // namespace

std::string without_secrets(std::string words) {
  return concealment().without_secrets(std::move(words));
}

std::optional<Node> read_settings(const std::string& path, Diagnostics& diagnostics) {
  const auto source = Source::load(path, max_config_bytes);
  if (!source) {
    diagnostics.add({.code = Code::file_unreadable,
                     .message = "`" + path + "` cannot be read: " + source.error(),
                     .help = "name the rule's file, or one with its parameters alone"});
    return std::nullopt;
  }
  auto document = parse_yaml(*source, diagnostics);
  interpolate(document, process_environment(), diagnostics);
  if (diagnostics.has_errors()) return std::nullopt;
  for (const auto* key : {"parameters", "config"}) {
    if (const auto* found = document.find(key)) return *found;
  }
  // A rule's file whose rule needs none.
  if (document.find("rule") != nullptr || document.find("use") != nullptr) {
    return empty_map(document.span);
  }
  return document.is_null() ? empty_map(document.span) : document;
}

Node settings_for(const Candidate& candidate, const char* described) {
  if (!described) {
    throw Broken{"`describe` answers null", "answer the JSON Schema of the settings, at least {}"};
  }
  const auto schema = Schema::parse(described);
  if (!schema) {
    throw Broken{"`describe` answers no schema that the engine takes: " + printable(schema.error()),
                 "docs/configuration.md lists the keywords"};
  }
  const auto& document = schema->document();
  auto settings = candidate.settings.value_or(Node{});
  if (!candidate.settings) {
    settings = parsed("the schema's examples", Example(document).of(document, "").dump());
  }
  Diagnostics diagnostics;
  schema->check(settings, diagnostics,
                {.owner = "`" + candidate.file + "`", .path = "", .place = {}});
  conceal(settings, concealment());
  if (!diagnostics.has_errors()) return settings;
  const auto& first = diagnostics.all().front();
  const auto place = first.span.text();
  throw Broken{
      "its schema refuses the settings: " + (place.empty() ? "" : place + ": ") +
          printable(diagnostics.without_secrets(first.message)),
      candidate.settings ? (first.help.empty() ? "mend the settings" : first.help) : kSayThem};
}

}  // namespace assay::host
