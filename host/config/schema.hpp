// What may stand in a configuration, said once, as JSON Schema: the host's own document and each
// plugin's `describe()`. A subset of draft 2020-12, checked over a `Node` so that every fault has a
// place. What the subset lacks is refused when the schema is read, never ignored.
//
// Keywords: type (one or several), properties, patternProperties, additionalProperties, required,
// enum, const, minimum, maximum, items, minItems, maxItems, pattern, format, oneOf/anyOf (of
// scalars), $ref to #/$defs/..., annotations, and our own x-later (the name of a capability that a
// later release brings). Formats: duration, size, decimal, money, rate, time, secret, path,
// expression.
//
// Thread: control.
#pragma once

#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "host/config/node.hpp"
#include "host/diagnostics/diagnostic.hpp"

namespace assay::host {

/// How messages name what is checked.
struct Subject {
  std::string
      owner{};  // whose keys they are: "rule plugin `velocity` 1.3.0"; empty: the path is named
  std::string path{};  // where the node hangs: "rules.burst.parameters"; empty at the root
  Span place{};        // where a missing key is reported; the node's own place if empty
};

class Schema {
 public:
  /// The error says what the subset does not have, and where in the schema.
  [[nodiscard]] static tl::expected<Schema, std::string> parse(std::string_view json);

  /// Adds every fault; marks scalars of format `secret` in `node` as such. Null counts as an empty
  /// map.
  void check(Node& node, Diagnostics& diagnostics, const Subject& subject) const;

  [[nodiscard]] const nlohmann::ordered_json& document() const { return *document_; }

 private:
  explicit Schema(std::shared_ptr<const nlohmann::ordered_json> document);

  std::shared_ptr<const nlohmann::ordered_json> document_;
};

/// The host's own schema: of a configuration file, of a rule file (its `$defs/rule_file`), and of a
/// file with tests of a whole configuration (its `$defs/whole_tests`).
[[nodiscard]] const Schema& host_schema();
[[nodiscard]] const Schema& rule_file_schema();
[[nodiscard]] const Schema& whole_tests_schema();

}  // namespace assay::host
