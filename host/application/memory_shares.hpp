// How the memory budget (`memory`) is shared out among those who hold what is on its way.
//
// A fifth is for what is fetched ahead, half for decided batches until every step has delivered
// them: the worker stops reading at four fifths of that. The rest is for what is copied to be
// written together (`batch.bytes`, an eighth at most), for blocks that are being filled, dead
// letters and the sinks' own buffers. What is remembered is no matter of this budget.
//
// Thread: any.
#pragma once

#include "host/config/config.hpp"

namespace assay::host {

// Of the whole process.
[[nodiscard]] inline Bytes prefetch_share(const Config& config) { return config.memory / 5; }
[[nodiscard]] inline Bytes flight_share(const Config& config) { return config.memory / 2; }
// What may wait for an optional step before it drops records.
[[nodiscard]] inline Bytes optional_share(const Config& config) { return config.memory / 10; }

}  // namespace assay::host
