// `${env:NAME}`, `${env:NAME:-default}` and `${file:path}` inside scalar values, after parsing:
// whatever a variable holds stays one value and cannot become structure. `$${` stands for `${`.
// What comes from a file is a secret.
//
// Thread: control.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "host/config/node.hpp"
#include "host/diagnostics/diagnostic.hpp"

namespace assay::host {

/// The value of an environment variable, or nothing if it is not set.
using Environment = std::function<std::optional<std::string>(const std::string& name)>;

/// The environment of this process.
[[nodiscard]] Environment process_environment();

/// Replaces in every scalar below `root`; keys are left alone. A variable that is set but empty is
/// a value; with
/// `:-` it is replaced by the default, as a shell does.
void interpolate(Node& root, const Environment& environment, Diagnostics& diagnostics);

}  // namespace assay::host
