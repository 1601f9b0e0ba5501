// Several files become one tree: an overlay changes what it names and leaves the rest. Maps merge,
// lists and scalars replace, null removes. Every value keeps its place, so every message names the
// right file.
//
// Thread: control.
#pragma once

#include <string>

#include "host/config/node.hpp"

namespace assay::host {

/// `over` on top of `base`. Keys new in `over` come last.
[[nodiscard]] Node merge(Node base, Node over);

/// Removes every key whose value is null: a null that met nothing to remove means "not given".
void drop_nulls(Node& node);

/// YAML that reads back as the same tree, each scalar with the file and line it came from as a
/// comment; secrets as ***.
[[nodiscard]] std::string print_merged(const Node& root);

}  // namespace assay::host
