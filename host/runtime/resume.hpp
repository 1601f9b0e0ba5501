// Where a partition that was just given to this process is read from.
//
// The lowest of every transactional step's cursor and, where some step's progress stands in no
// cursor, of what the group has committed to Kafka. Nothing committed means that nobody may say how
// far such a step has come, and the partition is read from the log's start: a cursor speaks for its
// own step alone. The other steps skip what they have.
//
// Pure. Thread: any.
#pragma once

#include <map>
#include <optional>
#include <vector>

#include "core/model/position.hpp"
#include "core/sinks/step.hpp"
#include "host/runtime/acks.hpp"

namespace assay::host {

// True where the committed position has a say in this partition. `cursors` has an entry for every
// transactional step.
[[nodiscard]] bool commit_counts(const std::vector<core::Step>& steps,
                                 const std::vector<Claimed::Cursor>& cursors,
                                 core::PartitionId partition);

// Nothing: the start of the log, wherever that is. `committed` is looked at where it counts.
[[nodiscard]] std::optional<core::Offset> resume_at(const std::vector<core::Step>& steps,
                                                    const std::vector<Claimed::Cursor>& cursors,
                                                    core::PartitionId partition,
                                                    std::optional<core::Offset> committed);

}  // namespace assay::host
