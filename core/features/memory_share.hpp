// How much memory the stores of one owner take together, and how much they may take.
//
// Thread: the owner's; stores behind different locks have shares of their own.
#pragma once

#include <cstddef>

namespace assay::core {

struct MemoryShare {
  std::size_t limit = 0;  // bytes; 0: no limit
  std::size_t used = 0;

  bool exceeded() const { return limit != 0 && used > limit; }
};

}  // namespace assay::core
