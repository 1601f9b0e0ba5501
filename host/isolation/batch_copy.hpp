// A batch for another process: the columns that one rule has declared, and not a byte besides.
//
// Cells are laid one behind the other, column by column, and texts are copied one by one, so the
// process sees neither fields that are not its rule's nor texts of other columns. The result is an
// `assay_batch` like any other.
//
// Thread: the worker that owns the rule's instance.
#pragma once

#include <assay/batch.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace assay::host {

// `types`: ASSAY_INT64 and so on, one for each column of the batch. `room` begins at a multiple of
// 16. Answers how many bytes it took, 0 where there is not room enough.
[[nodiscard]] std::size_t copy_batch(const assay_batch& batch,
                                     const std::vector<std::uint32_t>& types,
                                     std::span<std::byte> room);

}  // namespace assay::host
