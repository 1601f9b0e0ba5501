// Refuses a plan that the broker would begin to forget before it is read. The mock cluster keeps 5
// MiB or 100,000 message sets in a partition and drops the oldest silently; a real broker with
// small retention does much the same. Sixty per cent leaves room for partitions that fill unevenly.
#pragma once

#include <cstdint>
#include <string>
#include <tl/expected.hpp>

namespace assay::host {

struct RetentionPlan {
  std::uint64_t records = 0;
  std::uint64_t bytes_per_record = 0;  // key, value and framing, on average
  int partitions = 1;
  std::uint64_t retained_bytes = 0;  // per partition; 0: without limit
  double records_per_batch = 1.0;    // expected; a batch is one message set
};

// An error says what was planned, what is kept, and which count or partition number would do.
tl::expected<void, std::string> check_retention(const RetentionPlan& plan);

}  // namespace assay::host
