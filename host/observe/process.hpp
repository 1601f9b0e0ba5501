// What the kernel says of this process, under the names that every Prometheus client uses.
//
// Thread: any.
#pragma once

#include <cstdint>

namespace assay::host {

struct ProcessUse {
  double cpu_seconds = 0;
  std::uint64_t resident_bytes = 0;
  std::uint64_t open_files = 0;
  std::uint64_t most_files = 0;  // that it may open
  std::uint64_t threads = 0;
  double started = 0;  // seconds since 1970
};

// What cannot be read is zero.
[[nodiscard]] ProcessUse process_use();

}  // namespace assay::host
