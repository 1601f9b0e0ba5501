// Reads the configuration again and builds it beside the one that runs: the rules with their
// plugins, their instances and lists, the features, the policy.
//
// Nothing of what runs is touched, so whatever is refused leaves it as it was. What only a restart
// can change is refused here as well, all of it at once, each key at its place.
//
// Thread: control.
#pragma once

#include <functional>
#include <optional>

#include "host/application/generation.hpp"

namespace assay::host {

// Reads the files that the engine was started with; nothing where they are refused.
using ReadConfig = std::function<std::optional<Config>(Diagnostics& diagnostics)>;

[[nodiscard]] Prepare reload_by(ReadConfig read);

}  // namespace assay::host
