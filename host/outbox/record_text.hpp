// A record as the text that an outbox keeps: JSON with a format version, and back into a block.
//
// It holds every field that the step's sink binds, and the decision's verdicts as they were told.
// Who reads it may bind something else by then, after an upgrade: a field that is not in the text,
// or that has another type now, is absent.
//
//   {"version":1,"fields":{"record_offset":17,"amount":"12.3400"},"cold":["count() by card over
//   1h"],
//    "verdicts":[{"rule":"large","answer":"hit",...}]}
//
// Thread: any.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "core/sinks/record_block.hpp"
#include "core/sinks/record_builder.hpp"

namespace assay::host {

/// What a sink binds, in the order of its columns.
struct BoundColumns {
  const std::vector<std::string>* names;
  const std::vector<core::FieldType>* types;
};

/// Row `row` of a block with those columns.
[[nodiscard]] std::string record_text(const core::RecordBlock& block, std::uint32_t row,
                                      const BoundColumns& columns);

/// What the records of a block have in common.
struct RecordOrigin {
  std::string group;
  std::string step;
  std::string topic;
  std::int32_t partition = 0;
  auto operator<=>(const RecordOrigin&) const = default;
};
struct KeptRecord {
  std::int64_t offset = 0;
  std::string text;
};
/// The first text that is no record of a version that is known here.
struct UnreadableRecord {
  std::size_t index = 0;
  std::string words;
};
/// The records in a block with those columns, in their order.
[[nodiscard]] tl::expected<core::RecordBlock, UnreadableRecord> block_of(
    const RecordOrigin& origin, std::span<const KeptRecord* const> records,
    const BoundColumns& columns);

}  // namespace assay::host
