// A number of a record by the name of its column, for those who name a record to somebody.
//
// Thread: any.
#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "core/sinks/record_block.hpp"

namespace assay::host {

// `names` are those of the columns.
inline std::int64_t number_in(const core::RecordBlock& block, std::uint32_t row,
                              std::string_view name, const std::vector<std::string>& names,
                              std::int64_t fallback) {
  for (std::uint32_t column = 0; column < names.size(); ++column) {
    if (names[column] != name || !block.has(column, row)) continue;
    std::int64_t number = 0;
    std::memcpy(&number, block.cell(column, row), sizeof number);
    return number;
  }
  return fallback;
}

}  // namespace assay::host
