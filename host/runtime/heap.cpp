#include "host/runtime/heap.hpp"

#include <malloc.h>

#include <algorithm>
#include <cstdlib>
#include <thread>

namespace assay::host {
namespace {

// The C library's own bounds of what it adapts by itself.
constexpr Bytes kLeastKept = 128 << 10;
constexpr Bytes kMostKept = 32 << 20;

void set(int parameter, const char* variable, std::int64_t value) {
  if (std::getenv(variable) == nullptr) ::mallopt(parameter, static_cast<int>(value));
}

}  // namespace

void bound_heap(Bytes budget) {
  const auto kept = std::clamp(budget / 64, kLeastKept, kMostKept);
  set(M_ARENA_MAX, "MALLOC_ARENA_MAX", std::max(std::thread::hardware_concurrency(), 2u));
  set(M_TRIM_THRESHOLD, "MALLOC_TRIM_THRESHOLD_", kept);
  set(M_MMAP_THRESHOLD, "MALLOC_MMAP_THRESHOLD_", kept);
}

void give_back_free_memory() { ::malloc_trim(0); }

}  // namespace assay::host
