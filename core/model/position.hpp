// Where a record stands in Kafka.
//
// Partition and offset are types of their own, so that one cannot be passed for the other; an
// offset always names a record, a `next` offset the place behind the last one.
#pragma once

#include <compare>
#include <cstdint>

namespace assay::core {

struct PartitionId {
  std::int32_t value = -1;
  friend constexpr auto operator<=>(PartitionId, PartitionId) = default;
};

struct Offset {
  std::int64_t value = -1;
  friend constexpr auto operator<=>(Offset, Offset) = default;
  constexpr Offset next() const { return {value + 1}; }
};

// Rises each time a partition is given to this worker; what belongs to an earlier one is stale.
struct Epoch {
  std::uint64_t value = 0;
  friend constexpr auto operator<=>(Epoch, Epoch) = default;
};

}  // namespace assay::core
