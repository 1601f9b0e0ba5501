// A table as text: columns as wide as their widest cell, two spaces between, nothing behind the
// last.
//
// Thread: any.
#pragma once

#include <string>
#include <vector>

namespace assay::host {

/// The first row is the heading. Every row has as many cells as the first.
[[nodiscard]] std::string print_table(const std::vector<std::vector<std::string>>& rows);

}  // namespace assay::host
