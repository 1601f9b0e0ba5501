// Lays a batch out as the host does: one relocatable block of header, tables, cells and texts, each
// found by its offset, with the columns that the sink declared and no others.
#pragma once

#include <cstddef>
#include <vector>

#include "tests/support/sink_driver/records.hpp"

namespace assay::testing::sinks {

/// The cells of absent values hold a pattern that no test expects to read.
std::vector<std::byte> lay_out(const RecordedBatch& batch,
                               const std::vector<OfferedField>& columns);

}  // namespace assay::testing::sinks
