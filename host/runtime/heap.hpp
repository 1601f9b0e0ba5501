// What the C library's heap keeps of what was freed.
//
// By default it takes an arena for each thread that asks at a busy moment, up to eight for each
// core, and an arena keeps what its threads have freed; the more, the larger the pieces that it has
// seen. A process with a dozen threads and a small budget held as much in free memory as in memory
// that it used.
//
// Thread: any; `bound_heap` before there are others.
#pragma once

#include "host/config/config.hpp"

namespace assay::host {

// For that memory budget: one arena for each core, because no more threads run at once; of what is
// free at the end of an arena, a 64th of the budget stays, and larger pieces come from the system
// and go back to it. What the environment says of it (MALLOC_ARENA_MAX and the like) counts more.
void bound_heap(Bytes budget);

// Free pages anywhere, to the system. Takes milliseconds for each hundred megabytes.
void give_back_free_memory();

}  // namespace assay::host
