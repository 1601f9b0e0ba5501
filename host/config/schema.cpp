#include "host/config/schema.hpp"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <optional>
#include <regex>
#include <stdexcept>
#include <utility>

#include "host/config/embedded_schema.hpp"
#include "host/config/formats.hpp"
#include "host/config/schema_checker.hpp"

namespace assay::host {
namespace {

using Json = nlohmann::ordered_json;

constexpr int max_depth = 64;

constexpr std::array<std::string_view, 31> keywords{
    "$schema",
    "$id",
    "$comment",
    "$defs",
    "$ref",
    "title",
    "description",
    "default",
    "examples",
    "deprecated",
    "type",
    "properties",
    "required",
    "enum",
    "patternProperties",
    "additionalProperties",
    "const",
    "minimum",
    "maximum",
    "items",
    "minItems",
    "maxItems",
    "pattern",
    "format",
    "oneOf",
    "anyOf",
    "readOnly",
    "writeOnly",
    "x-later",
    "x-unit",
    "x-reload",
};

constexpr std::array<std::string_view, 6> types{"object", "array",   "string",
                                                "number", "integer", "boolean"};

std::optional<std::string> fault_of(const Json& schema, const Json& root, const std::string& where,
                                    int depth);

std::optional<std::string> fault_of_each(const Json& schemas, const Json& root,
                                         const std::string& where, int depth) {
  if (!schemas.is_object()) return where + " must be an object";
  for (const auto& [name, schema] : schemas.items()) {
    if (auto fault = fault_of(schema, root, where + "/" + name, depth)) return fault;
  }
  return std::nullopt;
}

std::optional<std::string> fault_of_type(const Json& type, const std::string& where) {
  const Json list = type.is_array() ? type : Json::array({type});
  for (const Json& one : list) {
    if (!one.is_string() ||
        std::ranges::find(types, one.get_ref<const std::string&>()) == types.end()) {
      return where + "/type: " + one.dump() + " is not supported";
    }
  }
  return std::nullopt;
}

std::optional<std::string> fault_of_reference(const Json& schema, const Json& root,
                                              const std::string& where) {
  const Json* target = &schema;
  for (int hops = 0; target != nullptr && target->contains("$ref"); ++hops) {
    if (hops == max_depth) return where + "/$ref: it leads back to itself";
    target = find_definition(root, (*target)["$ref"]);
  }
  if (target == nullptr)
    return where + "/$ref: only \"#/$defs/NAME\" of this document is supported";
  return std::nullopt;
}

std::optional<std::string> fault_of_pattern(const Json& pattern, const std::string& where) {
  if (!pattern.is_string()) return where + " must be text";
  try {
    const std::regex compiled(pattern.get_ref<const std::string&>());
  } catch (const std::regex_error& error) {
    return where + ": " + error.what();
  }
  return std::nullopt;
}

std::optional<std::string> fault_of_shape(const Json& schema, const std::string& where) {
  const auto must = [&](std::string_view key, bool right) {
    return !schema.contains(key) || right;
  };
  const auto at = [&](std::string_view key) -> const Json& { return schema.at(std::string(key)); };
  for (const std::string_view key : {"required", "enum", "oneOf", "anyOf"}) {
    if (!must(key, schema.contains(key) && at(key).is_array())) {
      return where + "/" + std::string(key) + " must be a list";
    }
  }
  for (const std::string_view key : {"minimum", "maximum"}) {
    if (!must(key, schema.contains(key) && at(key).is_number())) {
      return where + "/" + std::string(key) + " must be a number";
    }
  }
  for (const std::string_view key : {"minItems", "maxItems"}) {
    if (!must(key, schema.contains(key) && at(key).is_number_unsigned())) {
      return where + "/" + std::string(key) + " must be a whole number";
    }
  }
  for (const std::string_view key : {"x-later", "description", "$ref"}) {
    if (!must(key, schema.contains(key) && at(key).is_string())) {
      return where + "/" + std::string(key) + " must be text";
    }
  }
  if (schema.contains("required")) {
    for (const Json& name : schema["required"]) {
      if (!name.is_string()) return where + "/required must be a list of texts";
    }
  }
  return std::nullopt;
}

std::optional<std::string> fault_of(const Json& schema, const Json& root, const std::string& where,
                                    int depth) {
  if (schema.is_boolean()) return std::nullopt;
  if (!schema.is_object()) return where + " must be an object";
  if (depth == 0) return where + " is nested too deeply";
  for (const auto& [key, value] : schema.items()) {
    if (std::ranges::find(keywords, key) == keywords.end()) {
      return where + ": the keyword `" + key + "` is not supported";
    }
  }
  if (auto fault = fault_of_shape(schema, where)) return fault;
  if (auto fault = fault_of_reference(schema, root, where)) return fault;
  for (const auto& [key, value] : schema.items()) {
    const std::string here = where + "/" + key;
    std::optional<std::string> fault;
    if (key == "type") fault = fault_of_type(value, where);
    if (key == "pattern") fault = fault_of_pattern(value, here);
    if (key == "format" && !(value.is_string() && is_format(value.get_ref<const std::string&>()))) {
      fault = here + ": " + value.dump() + " is not a format; known: " + format_names();
    }
    if (key == "properties" || key == "$defs" || key == "patternProperties") {
      fault = fault_of_each(value, root, here, depth - 1);
      if (!fault && key == "patternProperties") {
        for (const auto& [pattern, unused] : value.items()) {
          if (!fault) fault = fault_of_pattern(pattern, here);
        }
      }
    }
    if (key == "items" || key == "additionalProperties")
      fault = fault_of(value, root, here, depth - 1);
    if (key == "oneOf" || key == "anyOf") {
      for (const Json& one : value) {
        if (!fault) fault = fault_of(one, root, here, depth - 1);
      }
    }
    if (fault) return fault;
  }
  return std::nullopt;
}

Schema own_schema(std::string_view text) {
  auto schema = Schema::parse(text);
  if (!schema) throw std::logic_error("the embedded schema is wrong: " + schema.error());
  return std::move(*schema);
}

}  // namespace

Schema::Schema(std::shared_ptr<const Json> document) : document_(std::move(document)) {}

tl::expected<Schema, std::string> Schema::parse(std::string_view json) {
  Json document = Json::parse(json, nullptr, false);
  if (document.is_discarded()) return tl::unexpected(std::string("it is not valid JSON"));
  if (auto fault = fault_of(document, document, "#", max_depth)) return tl::unexpected(*fault);
  return Schema(std::make_shared<const Json>(std::move(document)));
}

void Schema::check(Node& node, Diagnostics& diagnostics, const Subject& subject) const {
  if (node.is_null()) node.kind = Node::Kind::map;
  SchemaChecker(*document_, diagnostics, subject.owner)
      .check(node, *document_, subject.path, subject.place.source ? subject.place : node.span);
}

const Schema& host_schema() {
  static const Schema schema = own_schema(embedded_schema());
  return schema;
}

namespace {

// A part of the host's own schema as one by itself.
Schema part(const std::string& name) {
  Json document = host_schema().document();
  Json alone = {{"$ref", "#/$defs/" + name}, {"$defs", document["$defs"]}};
  return own_schema(alone.dump());
}

}  // namespace

const Schema& rule_file_schema() {
  static const Schema schema = part("rule_file");
  return schema;
}

const Schema& whole_tests_schema() {
  static const Schema schema = part("whole_tests");
  return schema;
}

}  // namespace assay::host
