#include "host/config/schema_checker.hpp"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <regex>
#include <utility>
#include <vector>

#include "host/config/formats.hpp"
#include "host/config/values.hpp"
#include "host/diagnostics/nearest.hpp"

namespace assay::host {
namespace {

using Json = nlohmann::ordered_json;

// std::regex recurses once per character.
constexpr std::size_t longest_matched = 512;

bool matches(const std::string& text, const std::string& pattern) {
  // JSON Schema searches; it does not anchor.
  return text.size() <= longest_matched && std::regex_search(text, std::regex(pattern));
}

std::vector<std::string> types_of(const Json& schema) {
  std::vector<std::string> types;
  if (schema.contains("type")) {
    const Json& type = schema["type"];
    if (type.is_array()) return type.get<std::vector<std::string>>();
    types.push_back(type.get<std::string>());
  } else if (schema.contains("properties") || schema.contains("additionalProperties") ||
             schema.contains("patternProperties")) {
    types.emplace_back("object");
  } else if (schema.contains("items")) {
    types.emplace_back("array");
  } else if (schema.contains("format") || schema.contains("enum") || schema.contains("const") ||
             schema.contains("pattern")) {
    types.emplace_back("string");
  }
  return types;
}

std::string type_words(const std::string& type) {
  if (type == "object") return "a map";
  if (type == "array") return "a list";
  if (type == "integer") return "a whole number";
  if (type == "number") return "a number";
  if (type == "boolean") return "`true` or `false`";
  return "text";
}

std::string value_text(const Json& value) {
  return value.is_string() ? value.get<std::string>() : value.dump();
}

std::string in_words(const std::vector<std::string>& parts) {
  std::string result;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (i > 0) result += i + 1 == parts.size() ? " or " : ", ";
    result += parts[i];
  }
  return result;
}

std::vector<std::string> allowed_values(const Json& schema) {
  std::vector<std::string> values;
  if (schema.contains("const")) values.push_back(value_text(schema["const"]));
  if (schema.contains("enum")) {
    for (const Json& value : schema["enum"]) values.push_back(value_text(value));
  }
  return values;
}

std::string with_ticks(std::vector<std::string> values) {
  for (std::string& value : values) value = "`" + value + "`";
  return in_words(values);
}

bool text_has_type(const Node& node, const std::string& type) {
  if (type == "string") return true;
  if (type == "integer") return node.may_be_typed() && parse_integer(node.text).has_value();
  if (type == "number") return node.may_be_typed() && parse_number(node.text).has_value();
  if (type == "boolean") return node.may_be_typed() && parse_bool(node.text).has_value();
  return false;
}

bool is_secret(const Json& schema) {
  return schema.contains("format") && schema["format"] == "secret";
}

// Says nothing of the value but that it is text.
bool is_any_text(const Json& schema) {
  const auto types = types_of(schema);
  return std::ranges::find(types, "string") != types.end() &&
         std::ranges::none_of(std::array{"format", "enum", "const", "pattern", "oneOf", "anyOf"},
                              [&](const char* key) { return schema.contains(key); });
}

// In quotes a key stands one column later than its span.
void reveal_key(const Entry& entry) {
  Span name = entry.key_span;
  const auto shown = name_in_key(entry.key).size();
  if (shown < entry.key.size()) name.length = static_cast<std::uint32_t>(shown);
  name.reveal();
}

// The keys that may be written today.
std::vector<std::string> known_keys(const Json& schema) {
  std::vector<std::string> names;
  if (!schema.contains("properties")) return names;
  for (const auto& [name, value] : schema["properties"].items()) {
    if (!value.is_object() || !value.contains("x-later")) names.push_back(name);
  }
  return names;
}

std::string listed(const std::vector<std::string>& names) {
  std::string result;
  for (const std::string& name : names) result += (result.empty() ? "" : ", ") + name;
  return result;
}

}  // namespace

const Json* find_definition(const Json& root, const Json& reference) {
  constexpr std::string_view prefix = "#/$defs/";
  if (!reference.is_string() || !root.is_object()) return nullptr;
  const auto& text = reference.get_ref<const std::string&>();
  if (!text.starts_with(prefix)) return nullptr;
  const auto definitions = root.find("$defs");
  if (definitions == root.end() || !definitions->is_object()) return nullptr;
  const auto found = definitions->find(text.substr(prefix.size()));
  return found == definitions->end() ? nullptr : &*found;
}

SchemaChecker::SchemaChecker(const Json& root, Diagnostics& diagnostics, std::string owner)
    : root_(root), diagnostics_(diagnostics), owner_(std::move(owner)) {}

const Json& SchemaChecker::resolve(const Json& schema) const {
  const Json* result = &schema;
  while (result->contains("$ref")) result = find_definition(root_, (*result)["$ref"]);
  return *result;
}

void SchemaChecker::check(Node& node, const Json& schema, const std::string& path,
                          const Span& place) {
  check(node, schema, path, place, Key::known);
}

// What a key holds is known before anything is said about it: a fault shows the line.
void SchemaChecker::learn_secrecy(Node& node, const Json& schema, Key key) {
  if (is_secret(schema)) return keep_secret(node);
  // From a file, under a key that messages may quote: a topic, the id of a plugin.
  if (node.secret) diagnostics_.conceal(node.text);
  if (node.is_scalar() && !node.secret && (key == Key::known || !is_any_text(schema))) {
    node.span.reveal();
  }
}

void SchemaChecker::check(Node& node, const Json& unresolved, const std::string& path,
                          const Span& place, Key key) {
  const Json& schema = resolve(unresolved);
  if (schema.is_boolean()) return;
  learn_secrecy(node, schema, key);
  if (node.faulty) return;
  for (const char* several : {"oneOf", "anyOf"}) {
    if (schema.contains(several)) return check_alternatives(node, schema[several], path);
  }
  if (!has_kind(node, schema)) {
    return refuse_value(node, path, Code::wrong_type, "expected " + words(schema));
  }
  switch (node.kind) {
    case Node::Kind::null:
      break;
    case Node::Kind::scalar:
      check_scalar(node, schema, path);
      break;
    case Node::Kind::list:
      check_list(node, schema, path, key);
      break;
    case Node::Kind::map:
      check_map(node, schema, path, place);
      break;
  }
}

void SchemaChecker::check_alternatives(Node& node, const Json& alternatives,
                                       const std::string& path) {
  std::vector<std::string> expected;
  for (const Json& alternative : alternatives) {
    Diagnostics faults;
    SchemaChecker(root_, faults, owner_).check(node, alternative, path, node.span);
    if (!faults.has_errors()) return;
    expected.push_back(words(resolve(alternative)));
  }
  refuse_value(node, path, node.is_scalar() ? Code::bad_value : Code::wrong_type,
               "expected " + in_words(expected));
}

bool SchemaChecker::has_kind(const Node& node, const Json& schema) const {
  const auto types = types_of(schema);
  if (types.empty()) return true;
  return std::ranges::any_of(types, [&](const std::string& type) {
    switch (node.kind) {
      case Node::Kind::list:
        return type == "array";
      case Node::Kind::map:
        return type == "object";
      case Node::Kind::scalar:
        return text_has_type(node, type);
      case Node::Kind::null:
        return false;
    }
    return false;
  });
}

void SchemaChecker::check_scalar(Node& node, const Json& schema, const std::string& path) {
  if (schema.contains("format")) {
    const auto& format = schema["format"].get_ref<const std::string&>();
    if (format == "path") node.is_path = true;
    if (auto fault = format_fault(format, node.text)) {
      return refuse_value(node, path, Code::bad_value, *fault);
    }
  }
  const auto allowed = allowed_values(schema);
  if (!allowed.empty() && std::ranges::find(allowed, node.text) == allowed.end()) {
    diagnostics_.add({.code = Code::bad_value,
                      .message = quoted_for_message(node) + " is not a value of `" + path + "`",
                      .span = node.span,
                      .label = "expected " + with_ticks(allowed),
                      .help = node.secret ? "" : did_you_mean(node.text, allowed),
                      .path = path});
    return;
  }
  const auto number = parse_number(node.text);
  if (number && schema.contains("minimum") && *number < schema["minimum"].get<double>()) {
    return refuse_value(node, path, Code::bad_value,
                        "expected at least " + schema["minimum"].dump());
  }
  if (number && schema.contains("maximum") && *number > schema["maximum"].get<double>()) {
    return refuse_value(node, path, Code::bad_value,
                        "expected at most " + schema["maximum"].dump());
  }
  if (schema.contains("pattern")) {
    const auto& pattern = schema["pattern"].get_ref<const std::string&>();
    if (!matches(node.text, pattern)) {
      const std::string what = schema.value("title", "text of the form `" + pattern + "`");
      refuse_value(node, path, Code::bad_value, "expected " + what);
    }
  }
}

void SchemaChecker::check_list(Node& node, const Json& schema, const std::string& path, Key key) {
  const std::size_t size = node.items.size();
  if (schema.contains("minItems") && size < schema["minItems"].get<std::size_t>()) {
    refuse_value(node, path, Code::bad_value,
                 "expected at least " + schema["minItems"].dump() + " items");
  }
  if (schema.contains("maxItems") && size > schema["maxItems"].get<std::size_t>()) {
    refuse_value(node, path, Code::bad_value,
                 "expected at most " + schema["maxItems"].dump() + " items");
  }
  if (!schema.contains("items")) return;
  for (std::size_t i = 0; i < size; ++i) {
    Node& item = node.items[i];
    check(item, schema["items"], path + "[" + std::to_string(i) + "]", item.span, key);
  }
}

const Json* SchemaChecker::schema_of_key(const Json& schema, const std::string& key) const {
  static const Json anything = true;
  if (schema.contains("properties")) {
    const auto found = schema["properties"].find(key);
    if (found != schema["properties"].end()) return &*found;
  }
  if (schema.contains("patternProperties")) {
    for (const auto& [pattern, value] : schema["patternProperties"].items()) {
      if (matches(key, pattern)) return &value;
    }
  }
  if (!schema.contains("additionalProperties")) {
    // A schema that lists its keys means those: a slip of the finger must not pass.
    return schema.contains("properties") ? nullptr : &anything;
  }
  const Json& rest = schema["additionalProperties"];
  return rest == false ? nullptr : &rest;
}

bool SchemaChecker::names_key(const Json& schema, const std::string& key) {
  if (schema.contains("properties") && schema["properties"].contains(key)) return true;
  if (!schema.contains("patternProperties")) return false;
  const auto patterns = schema["patternProperties"].items();
  return std::any_of(patterns.begin(), patterns.end(),
                     [&](const auto& one) { return matches(key, one.key()); });
}

void SchemaChecker::check_map(Node& node, const Json& schema, const std::string& path,
                              const Span& place) {
  bool waits_for_later = false;
  for (Entry& entry : node.entries) {
    reveal_key(entry);
    const Json* value_schema = schema_of_key(schema, entry.key);
    if (value_schema == nullptr) {
      refuse_key(entry, schema, path);
      continue;
    }
    if (value_schema->is_object() && value_schema->contains("x-later")) {
      waits_for_later = true;
      diagnostics_.add({.code = Code::later_release,
                        .message = "`" + entry.key + "`: this release does not have " +
                                   (*value_schema)["x-later"].get<std::string>() + " yet",
                        .span = entry.key_span,
                        .label = "comes with a later release",
                        .help = "remove the key",
                        .path = join_path(path, entry.key)});
      continue;
    }
    check(entry.value, *value_schema, join_path(path, entry.key), entry.key_span,
          names_key(schema, entry.key) ? Key::known : Key::free);
  }
  // What stands in for a missing key may be what this release lacks: one fault is enough.
  if (waits_for_later || !schema.contains("required")) return;
  for (const Json& name : schema["required"]) {
    const auto& key = name.get_ref<const std::string&>();
    if (node.find(key) != nullptr) continue;
    const std::string where = path.empty() ? owner_ : "`" + path + "`";
    const std::string in = where.empty() ? "" : " in " + where;
    std::string note;
    if (schema.contains("properties") && schema["properties"].contains(key)) {
      const Json& wanted = resolve(schema["properties"][key]);
      note = "`" + key + "` is " + words(wanted);
      if (wanted.contains("description")) note += ": " + wanted["description"].get<std::string>();
    }
    diagnostics_.add({.code = Code::missing_key,
                      .message = "the key `" + key + "` is missing" + in,
                      .span = place,
                      .note = note,
                      .help = "add `" + key + ":`",
                      .path = path});
  }
}

void SchemaChecker::refuse_key(Entry& entry, const Json& schema, const std::string& path) {
  const std::string where = !owner_.empty() ? owner_
                            : path.empty()  ? "the configuration"
                                            : "`" + path + "`";
  const std::vector<std::string> known = known_keys(schema);
  keep_secret(entry.value);
  diagnostics_.add(
      {.code = Code::unknown_key,
       .message = "unknown key `" + shown_key(entry.key) + "`",
       .span = entry.key_span,
       .label = "not a key of " + where,
       .note = known.empty() ? "no keys are known here" : "known keys: " + listed(known),
       .help = did_you_mean(entry.key, known),
       .path = join_path(path, shown_key(entry.key))});
}

void SchemaChecker::refuse_value(const Node& node, const std::string& path, Code code,
                                 const std::string& fault) {
  const bool by_quotes = code == Code::wrong_type && node.is_scalar() && !node.may_be_typed();
  diagnostics_.add({.code = code,
                    .message = (path.empty() ? "the document" : "`" + path + "`") + ": " + fault +
                               ", got " + (by_quotes ? "the text " : "") + quoted_for_message(node),
                    .span = node.span,
                    .label = fault,
                    .help = by_quotes ? "remove the quotes" : "",
                    .path = path});
}

std::string SchemaChecker::words(const Json& unresolved) const {
  const Json& schema = resolve(unresolved);
  if (schema.is_boolean()) return "anything";
  for (const char* key : {"oneOf", "anyOf"}) {
    if (!schema.contains(key)) continue;
    std::vector<std::string> parts;
    for (const Json& one : schema[key]) parts.push_back(words(one));
    return in_words(parts);
  }
  if (schema.contains("title")) return schema["title"].get<std::string>();
  if (schema.contains("format")) return format_words(schema["format"].get<std::string>());
  const auto allowed = allowed_values(schema);
  if (!allowed.empty()) return with_ticks(allowed);
  std::vector<std::string> parts;
  for (const std::string& type : types_of(schema)) {
    std::string part = type_words(type);
    if (std::ranges::find(parts, part) == parts.end()) parts.push_back(std::move(part));
  }
  return parts.empty() ? "a value" : in_words(parts);
}

}  // namespace assay::host
