// What the C library's heap keeps of what was freed.
//
// It takes an arena for each thread that asks at a busy moment, up to eight for each core, and an
// arena keeps what its threads have freed: a process with a dozen threads held as much in free
// memory as in memory that it used. As many threads run at once as there are cores, so one arena
// for each is enough; and who reads nothing for a while gives back what it can.
//
// Thread: any; `bound_arenas` before there are others.
#pragma once

namespace assay::host {

// One for each core, unless the environment (MALLOC_ARENA_MAX) says otherwise.
void bound_arenas();

// Free pages of every arena, to the system. Takes milliseconds for each hundred megabytes.
void give_back_free_memory();

}  // namespace assay::host
