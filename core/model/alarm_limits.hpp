// From how much on something is too much: a share of the transactions, and a number of them, in a
// window of event time.
#pragma once

#include <cstdint>

namespace assay::core {

// Stands for the event time of a transaction that was counted when it was new and is replayed now.
inline constexpr std::int64_t kCountedBefore = INT64_MIN;

struct AlarmLimits {
  std::int32_t share = 0;   // millionths of the transactions; more than it is too many
  std::uint64_t count = 1;  // and at least so many
  std::int64_t window = 0;  // nanoseconds of event time, more than 0

  friend bool operator==(const AlarmLimits&, const AlarmLimits&) = default;
};

}  // namespace assay::core
