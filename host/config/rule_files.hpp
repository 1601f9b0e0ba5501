// A rule is one file. A configuration names rule files by patterns; this turns them into a map of
// rules by id, the form in which overlays address them.
//
// Thread: control.
#pragma once

#include "host/config/interpolate.hpp"
#include "host/config/node.hpp"
#include "host/diagnostics/diagnostic.hpp"

namespace assay::host {

/// `patterns` is a list of scalars. The result is a map from id to the rule's file as it stands; a
/// file that cannot be read, has no id or repeats one is reported and left out.
[[nodiscard]] Node load_rules(const Node& patterns, const Environment& environment,
                              Diagnostics& diagnostics);

}  // namespace assay::host
