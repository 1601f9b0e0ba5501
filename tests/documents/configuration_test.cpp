// The page of the configuration lists every key that a schema has, with its default, and no other.
#include <gtest/gtest.h>

#include <map>
#include <nlohmann/json.hpp>

#include "host/config/schema.hpp"
#include "tests/documents/document.hpp"
#include "tests/documents/sink_schemas.hpp"

namespace assay::test {
namespace {

using Json = nlohmann::ordered_json;

// Key -> default, as a page would print it; empty without one.
using Keys = std::map<std::string, std::string>;

Json resolved(const Json& schema, const Json& document) {
  Json result = schema;
  if (!schema.contains("$ref")) return result;
  const auto name = schema["$ref"].get<std::string>().substr(std::string("#/$defs/").size());
  result = resolved(document["$defs"][name], document);
  for (const auto& [key, value] : schema.items()) {
    if (key != "$ref") result[key] = value;
  }
  return result;
}

bool has_keys(const Json& schema) {
  return schema.contains("properties") && !schema["properties"].empty();
}

std::string printed(const Json& value) {
  return value.is_string() ? value.get<std::string>() : value.dump();
}

void collect(const Json& unresolved, const Json& document, const std::string& path, Keys& keys) {
  const Json schema = resolved(unresolved, document);
  const auto below = [&](const std::string& key) { return path.empty() ? key : path + "." + key; };
  const Json* others = nullptr;
  if (schema.contains("additionalProperties") && schema["additionalProperties"].is_object()) {
    others = &schema["additionalProperties"];
  }
  const bool others_have_keys = others != nullptr && has_keys(resolved(*others, document));
  if (!has_keys(schema) && !others_have_keys) {
    keys[path] = schema.contains("default") ? printed(schema["default"]) : "";
    return;
  }
  // A key that takes a list instead, too, has a line of its own.
  if (schema.contains("items")) keys[path] = "";
  if (has_keys(schema)) {
    for (const auto& [key, value] : schema["properties"].items()) {
      collect(value, document, below(key), keys);
    }
  }
  // Beside listed keys there may be names that hold one value each.
  if (others != nullptr)
    collect(*others, document, below(path.ends_with(">") ? "<step>" : "<id>"), keys);
}

// Rows of the page whose first cell is one key or several that share a row.
std::map<std::string, Row> rows_of(const Document& page) {
  std::map<std::string, Row> rows;
  for (const auto& row : page.rows) {
    if (row.cells.size() != 4 || !row.cells[0].starts_with("`")) continue;
    for (const auto& key : code_in(row.cells[0])) rows[key] = row;
  }
  return rows;
}

Keys keys_of_sinks() {
  Keys keys;
  for (const auto& sink : sink_schemas()) {
    const Json document = Json::parse(sink.json);
    for (const auto& [key, value] : document["properties"].items()) {
      keys[sink.id + "." + key] = value.contains("default") ? printed(value["default"]) : "";
    }
  }
  return keys;
}

TEST(ConfigurationPage, lists_every_key_with_its_default_and_no_other) {
  const auto page = read_document("docs/configuration.md");
  auto rows = rows_of(page);
  Keys keys = keys_of_sinks();
  const Json& document = host::host_schema().document();
  collect(document, document, "", keys);
  for (const auto& [key, standard] : keys) {
    const auto row = rows.find(key);
    if (row == rows.end()) {
      ADD_FAILURE() << page.path << " does not tell of `" << key << "`";
      continue;
    }
    if (!standard.empty()) {
      EXPECT_EQ(row->second.cells[2], "`" + standard + "`")
          << page.at(row->second.line) << "the default of `" << key << "`";
    }
    rows.erase(row);
  }
  for (const auto& [key, row] : rows) {
    ADD_FAILURE() << page.at(row.line) << "there is no key `" << key << "`";
  }
}

}  // namespace
}  // namespace assay::test
