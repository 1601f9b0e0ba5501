// What a snapshot says about itself: whose state it holds, as of which positions, and made by what.
//
// A snapshot is trusted only where all of it fits: the stream it was taken from, and the plan,
// which is the fingerprint of everything that remembers (features, duplicates, rules with state).
// Another plan's bytes would be read as something they are not.
//
// Thread: any.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/model/position.hpp"

namespace assay::host {

struct SnapshotHead {
  struct Next {
    core::PartitionId partition;
    core::Offset next;  // the first record that the state does not know
    friend bool operator==(const Next&, const Next&) = default;
  };

  std::string group;
  std::string topic;
  std::string cluster;  // of the broker; another cluster's offsets mean nothing here
  std::string plan;
  std::string engine;                // version that wrote it
  std::int64_t newest = 0;           // event time seen, nanoseconds since 1970
  std::vector<Next> positions = {};  // one, or for shared stores one for each partition

  friend bool operator==(const SnapshotHead&, const SnapshotHead&) = default;
};

[[nodiscard]] std::string encode(const SnapshotHead& head);
// Nothing where the bytes are no head.
[[nodiscard]] std::optional<SnapshotHead> decode_head(std::span<const std::byte> bytes);

}  // namespace assay::host
