// Where a partition is read from before anything new is judged, so that windows, duplicates and
// whatever else is remembered are as they were.
//
// Brokers find records by the time they are stamped with, and the stamp of the last record before
// the resume position is not known. It is searched for, by halving, for all partitions at once;
// from there the remembered span and the skew of the clocks are taken back. Stamps are the
// producers': where they do not rise, the search still ends, and what it misses shows as coverage.
//
// Pure but for the question. Thread: any.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <tl/expected.hpp>
#include <vector>

#include "core/pipeline/blueprint.hpp"
#include "host/kafka/message_source.hpp"

namespace assay::host {

// Nanoseconds of event time that the engine remembers: the longest window, the duplicates' horizon.
// 0: nothing is remembered.
[[nodiscard]] std::int64_t remembered_span(const core::Blueprint& blueprint);

// The first record that is stamped at or after each moment; nothing where there is none.
using OffsetsAt = std::function<tl::expected<std::vector<std::optional<core::Offset>>, KafkaError>(
    std::span<const Moment>)>;

// For each position the place where its replay begins, at most the position itself. A position at
// the log's start has nothing before it. `skew`: nanoseconds between the time of an event and the
// stamp of its record, at most.
[[nodiscard]] tl::expected<std::vector<Position>, KafkaError> replay_from(
    const std::vector<Position>& resume, std::int64_t span, std::int64_t skew,
    const OffsetsAt& offsets_at);

}  // namespace assay::host
