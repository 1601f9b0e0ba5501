#include "host/runtime/heap.hpp"

#include <malloc.h>

#include <algorithm>
#include <cstdlib>
#include <thread>

namespace assay::host {

void bound_arenas() {
  if (std::getenv("MALLOC_ARENA_MAX") != nullptr) return;
  ::mallopt(M_ARENA_MAX, static_cast<int>(std::max(std::thread::hardware_concurrency(), 2u)));
}

void give_back_free_memory() { ::malloc_trim(0); }

}  // namespace assay::host
