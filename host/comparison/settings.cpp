#include "host/comparison/settings.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <regex>
#include <system_error>

#include "host/config/canonical.hpp"
#include "host/config/schema.hpp"
#include "host/config/values.hpp"
#include "host/diagnostics/credentials.hpp"

namespace assay::host {
namespace {

using Json = nlohmann::ordered_json;

const Json& anything() {
  static const Json none = Json::object();
  return none;
}

const Json& resolved(const Json& root, const Json& schema) {
  const auto reference = schema.find("$ref");
  if (reference == schema.end()) return schema;
  const auto name = reference->get<std::string>();  // "#/$defs/x"
  return resolved(root, root.at("$defs").at(name.substr(name.rfind('/') + 1)));
}

bool has_type(const Json& schema, std::string_view type) {
  const auto found = schema.find("type");
  if (found == schema.end()) return false;
  if (found->is_string()) return found->get<std::string>() == type;
  return std::ranges::any_of(*found, [&](const Json& one) { return one == type; });
}

template <typename Number>
std::optional<std::string> as_text(const tl::expected<Number, std::string>& number) {
  if (!number) return std::nullopt;
  return Json(*number).dump();
}

std::optional<std::string> by_format(const Json& schema, const std::string& text) {
  const auto format = schema.value("format", "");
  if (format == "duration") return as_text(parse_duration(text));
  if (format == "size") return as_text(parse_size(text));
  if (format == "share") return as_text(parse_share(text));
  if (format == "decimal") return as_text(parse_decimal(text));
  for (const char* choice : {"oneOf", "anyOf"}) {
    const auto alternatives = schema.find(choice);
    if (alternatives == schema.end()) continue;
    for (const Json& one : *alternatives) {
      if (auto meant = by_format(one, text)) return meant;
    }
  }
  if (!has_type(schema, "integer") && !has_type(schema, "number")) return std::nullopt;
  if (auto whole = as_text(parse_integer(text))) return whole;
  return as_text(parse_number(text));
}

// Texts that mean the same become the same.
std::string meaning(const Json& schema, const std::string& text) {
  return by_format(schema, text).value_or(text);
}

// All of it, secrets too; an end that no text contains behind each.
void write_exactly(std::string& out, const Node& node) {
  out += node.text + '\0';
  for (const Node& item : node.items) write_exactly(out, item);
  for (const Entry& entry : node.entries) {
    out += entry.key + '\0';
    write_exactly(out, entry.value);
  }
}

bool has_secret(const Node& node) {
  return node.secret || std::ranges::any_of(node.items, &has_secret) ||
         std::ranges::any_of(node.entries,
                             [](const Entry& entry) { return has_secret(entry.value); });
}

std::string file_of(const Node& node) {
  if (!node.is_path || node.secret) return {};
  std::error_code failure;
  const auto path = std::filesystem::weakly_canonical(node.value(), failure);
  return failure ? node.value() : path.string();
}

// SHA-256; empty where there is nothing to be read.
std::string contents_of(const std::string& path) {
  std::error_code ignored;
  if (path.empty() || !std::filesystem::is_regular_file(path, ignored)) return {};
  std::ifstream file(path, std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(file), {}};
  return file.bad() || bytes.empty() ? "" : sha256_hex(bytes);
}

Setting of_list(const Node& node, const std::string& path) {
  Setting setting{path, {}, {}, has_secret(node)};
  write_exactly(setting.value, node);
  const bool of_maps = std::ranges::any_of(node.items, &Node::is_map);
  setting.shown = canonical_json(node);
  if (of_maps && setting.shown.size() > 200) {
    setting.shown = "a list of " + std::to_string(node.items.size());
  }
  return setting;
}

Setting of_scalar(const Json& schema, const Node& node, const std::string& path) {
  return {path, meaning(schema, node.text), node.secret ? "***" : without_credentials(node.text),
          node.secret, file_of(node)};
}

const Json& schema_of_key(const Json& schema, const std::string& key) {
  if (const auto known = schema.find("properties"); known != schema.end() && known->contains(key)) {
    return known->at(key);
  }
  if (const auto patterns = schema.find("patternProperties"); patterns != schema.end()) {
    for (const auto& [pattern, of_pattern] : patterns->items()) {
      if (std::regex_search(key, std::regex(pattern))) return of_pattern;
    }
  }
  const auto others = schema.find("additionalProperties");
  return others != schema.end() && others->is_object() ? *others : anything();
}

void add_default(Settings& settings, const Json& written, const Json& schema,
                 const std::string& path) {
  const Json& owner = written.contains("default") ? written : schema;
  if (!owner.contains("default")) return;
  const Json& value = owner.at("default");
  const auto text = value.is_string() ? value.get<std::string>() : value.dump();
  settings.push_back({path, meaning(schema, text), text});
}

}  // namespace

void add_settings(Settings& settings, const Json& root, const Json& written, const Node* node,
                  const std::string& path) {
  const Json& schema = resolved(root, written);
  if (node != nullptr && node->is_list()) {
    settings.push_back(of_list(*node, path));
    return;
  }
  if (node != nullptr && node->is_scalar()) {
    if (!has_type(schema, "array")) {
      settings.push_back(of_scalar(schema, *node, path));
      return;
    }
    Node list;  // a single one may stand without brackets
    list.kind = Node::Kind::list;
    list.items.push_back(*node);
    settings.push_back(of_list(list, path));
    return;
  }
  if (node == nullptr) {
    add_default(settings, written, schema, path);
    if (schema.contains("required")) return;
  }
  if (const auto known = schema.find("properties"); known != schema.end()) {
    for (const auto& [key, of_key] : known->items()) {
      add_settings(settings, root, of_key, node ? node->find(key) : nullptr, join_path(path, key));
    }
  }
  if (node == nullptr) return;
  for (const Entry& entry : node->entries) {
    if (schema.contains("properties") && schema.at("properties").contains(entry.key)) continue;
    add_settings(settings, root, schema_of_key(schema, entry.key), &entry.value,
                 join_path(path, entry.key));
  }
}

Settings settings_of(std::string_view definition, const Node* node) {
  Settings settings;
  const Json& document = host_schema().document();
  add_settings(settings, document, document.at("$defs").at(std::string(definition)), node, {});
  return settings;
}

void set(Settings& settings, std::string_view path, const std::string& value) {
  const auto found = std::ranges::find(settings, path, &Setting::path);
  auto& setting = found == settings.end() ? settings.emplace_back() : *found;
  setting = {std::string(path), value, value};
}

void remove(Settings& settings, std::string_view path) {
  const auto below = std::string(path) + ".";
  std::erase_if(settings, [&](const Setting& one) {
    return one.path == path || one.path.starts_with(below);
  });
}

std::vector<Difference> differences(const Settings& before, const Settings& after) {
  std::vector<Difference> all;
  const auto shown = [](const Setting& one, bool secret, const std::string& contents) {
    if (secret) return std::string("***");
    return contents.empty() ? one.shown : one.shown + " (contents " + contents.substr(0, 12) + ")";
  };
  for (const auto& now : after) {
    const auto was = std::ranges::find(before, now.path, &Setting::path);
    if (was == before.end()) {
      all.push_back({now.path, {}, shown(now, now.secret, {}), now.secret});
      continue;
    }
    // The same file is not read to see that it is like itself: a running engine's may be large.
    const bool two_files = was->file != now.file;
    const auto old = two_files ? contents_of(was->file) : "";
    const auto contents = two_files ? contents_of(now.file) : "";
    if (was->value != now.value || old != contents) {
      const bool secret = was->secret || now.secret;
      all.push_back({now.path, shown(*was, secret, old), shown(now, secret, contents), secret,
                     was->value == now.value});
    }
  }
  for (const auto& was : before) {
    if (std::ranges::find(after, was.path, &Setting::path) != after.end()) continue;
    all.push_back({was.path, shown(was, was.secret, {}), {}, was.secret});
  }
  return all;
}

}  // namespace assay::host
