// Counts what the program takes from the heap. Link allocation_count.cpp to have it: it stands for
// the global operator new.
#pragma once

#include <cstdint>

namespace assay::tests {

// Calls of operator new in this thread so far.
std::uint64_t allocations();

}  // namespace assay::tests
