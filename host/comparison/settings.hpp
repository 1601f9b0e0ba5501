// A part of a configuration as a flat list of settings, each a path and what stands there: the
// merged tree, read along its JSON Schema. Defaults are filled in and numbers, durations and sizes
// compared by what they mean, so what is merely written otherwise is no difference.
//
// Thread: any.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "host/config/node.hpp"

namespace assay::host {

struct Setting {
  std::string path;        // "batch.rows", "parameters.limits.EUR"
  std::string value;       // equal ones mean the same; may be a secret: never print it
  std::string shown;       // as it was written; *** for a secret
  bool secret = false;     // whether there is one in it
  std::string file{};      // the file that is named, from the root; empty for anything else
};
using Settings = std::vector<Setting>;

/// What is said of `node` under `path` by a schema of the document `root`, or of a null pointer:
/// the defaults. An object that has required keys has none. Without a schema (an empty object) all
/// is taken as it is written.
void add_settings(Settings& settings, const nlohmann::ordered_json& root,
                  const nlohmann::ordered_json& schema, const Node* node, const std::string& path);

/// The same of a schema that the host's own document has under `$defs`.
[[nodiscard]] Settings settings_of(std::string_view definition, const Node* node);

/// Replaces the setting of that path, or adds it.
void set(Settings& settings, std::string_view path, const std::string& value);
/// Removes the path and whatever lies below it.
void remove(Settings& settings, std::string_view path);

struct Difference {
  std::string path;
  std::optional<std::string> before{};  // nothing: not given
  std::optional<std::string> after{};
  bool secret = false;         // then both are ***
  bool contents_only = false;  // the same file is named, and holds something else
};

/// In the order of `after`, what is gone last.
[[nodiscard]] std::vector<Difference> differences(const Settings& before, const Settings& after);

}  // namespace assay::host
