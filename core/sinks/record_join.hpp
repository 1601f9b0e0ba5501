// Several batches of one step and partition as one.
//
// A worker lets go of small batches, so that nothing waits for company; a sink pays for every call.
// What has gathered in front of a sink is joined before it is written. Rows keep their order and
// their bytes; only the places of texts move.
//
// Thread: the sink's.
#pragma once

#include <span>
#include <vector>

#include "core/model/layout.hpp"
#include "core/sinks/record_block.hpp"

namespace assay::core {

// The blocks come from one builder, in the order of their offsets, and hold at least one row
// together. `types` are those of the columns.
[[nodiscard]] RecordBlock join(std::span<const RecordBlock* const> blocks,
                               const std::vector<FieldType>& types);

}  // namespace assay::core
