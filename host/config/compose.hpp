// The document that `assay schema` prints: the host's schema with each plugin's own inside, so that
// an editor knows the parameters of a rule and the settings of a sink.
//
// Thread: control.
#pragma once

#include <span>
#include <string>
#include <tl/expected.hpp>

#include "host/config/schema.hpp"

namespace assay::host {

struct PluginSchema {
  enum class Kind { rule, sink };

  Kind kind = Kind::rule;
  std::string id{};    // what `use` names
  std::string json{};  // the text of the plugin's `describe()`
};

/// Draft 2020-12, indented. The error names the plugin whose schema is refused.
[[nodiscard]] tl::expected<std::string, std::string> compose_schema(
    std::span<const PluginSchema> plugins);

}  // namespace assay::host
