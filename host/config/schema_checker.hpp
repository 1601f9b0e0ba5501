// The walk of one `Node` along one schema that `Schema::parse` has accepted.
//
// Thread: control.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

#include "host/config/node.hpp"
#include "host/diagnostics/diagnostic.hpp"

namespace assay::host {

/// The target of "#/$defs/NAME", or null.
[[nodiscard]] const nlohmann::ordered_json* find_definition(
    const nlohmann::ordered_json& root, const nlohmann::ordered_json& reference);

class SchemaChecker {
 public:
  using Json = nlohmann::ordered_json;

  SchemaChecker(const Json& root, Diagnostics& diagnostics, std::string owner);

  /// `place` is where a missing key is reported: the key that introduces the map.
  void check(Node& node, const Json& schema, const std::string& path, const Span& place);

 private:
  // Of a value below a free name whose schema asks for no more than text nobody knows what it is.
  enum class Key { known, free };

  void check(Node& node, const Json& schema, const std::string& path, const Span& place, Key key);
  void learn_secrecy(Node& node, const Json& schema, Key key);
  [[nodiscard]] const Json& resolve(const Json& schema) const;
  void check_alternatives(Node& node, const Json& alternatives, const std::string& path);
  void check_scalar(Node& node, const Json& schema, const std::string& path);
  void check_map(Node& node, const Json& schema, const std::string& path, const Span& place);
  void check_list(Node& node, const Json& schema, const std::string& path, Key key);
  [[nodiscard]] const Json* schema_of_key(const Json& schema, const std::string& key) const;
  [[nodiscard]] static bool names_key(const Json& schema, const std::string& key);
  void refuse_key(Entry& entry, const Json& schema, const std::string& path);
  void refuse_value(const Node& node, const std::string& path, Code code, const std::string& fault);
  [[nodiscard]] bool has_kind(const Node& node, const Json& schema) const;
  [[nodiscard]] std::string words(const Json& schema) const;

  const Json& root_;
  Diagnostics& diagnostics_;
  std::string owner_;
};

}  // namespace assay::host
