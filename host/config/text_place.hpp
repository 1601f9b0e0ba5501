// From a character of a scalar's value back to the place where it was written, so that a fault in
// an expression points at the very character and not at the key.
//
// Exact for plain and quoted scalars on one line. A block, a folded scalar and a value with
// `${...}` in it differ from what stands in the file: there the place is the scalar's.
//
// Thread: control.
#pragma once

#include <cstddef>

#include "host/config/node.hpp"

namespace assay::host {

/// `offset` and `length` in bytes of `scalar.text`; an offset at its end points behind it.
[[nodiscard]] Span place_in(const Node& scalar, std::size_t offset, std::size_t length);

}  // namespace assay::host
