// A size that can be written and could not be worked with.
//
// Buffers are made of these numbers, and shares of them are counted: what no machine has is refused
// where it stands, rather than met as an engine that starts and reads nothing.
//
// Thread: control.
#pragma once

#include <string>
#include <string_view>

#include "host/config/config.hpp"
#include "host/config/members.hpp"
#include "host/diagnostics/diagnostic.hpp"

namespace assay::host {

struct SizeBounds {
  struct Bound {
    Bytes bytes;
    std::string_view words;  // as a person writes it
  };
  Bound least;
  Bound most;
};

/// Of `source.max_message`.
inline constexpr SizeBounds kMessage{{1, "1 B"}, {64 << 20, "64 MiB"}};

/// `path` names the key in the whole configuration.
void read_size(const Members& members, std::string_view key, Bytes& out, const SizeBounds& bounds,
               const std::string& path, Diagnostics& diagnostics);

}  // namespace assay::host
