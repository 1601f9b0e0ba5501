// What became of the transactions in the stores of history.
//
// Each is counted per store that a transaction touched, unless it says otherwise.
//
// Thread: a worker's own.
#pragma once

#include <cstdint>

namespace assay::core {

struct FeatureCounters {
  std::uint64_t applied = 0;           // counted into a key's history
  std::uint64_t late = 0;              // older than the newest of its key
  std::uint64_t redelivered = 0;       // per transaction: evaluated again, not counted again
  std::uint64_t reversed = 0;          // took an earlier transaction's contribution back
  std::uint64_t reversal_unknown = 0;  // named one that the store does not hold
  std::uint64_t approximate = 0;       // per answer: part of the window is known by panes
  std::uint64_t saturated = 0;         // per answer: the value is a limit
  std::uint64_t evicted = 0;           // keys dropped for want of memory
  std::uint64_t forgotten = 0;         // keys dropped because all they held was too old
  std::uint64_t condition_errors = 0;  // per predicate and transaction: could not be evaluated
};

}  // namespace assay::core
