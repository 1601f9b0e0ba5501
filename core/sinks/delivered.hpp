// What a step did with a batch: what a sink's thread tells the worker that gave it the batch.
#pragma once

#include <cstdint>
#include <vector>

namespace assay::core {

struct Delivered {
  std::uint64_t rejected = 0;  // records that became dead letters
  // By row of the batch as it left: whether the record is the fallback's now. Empty: none is.
  std::vector<bool> handed_over{};
};

}  // namespace assay::core
