// What `assay run` says of its work when it ends, a line for each part that had some.
//
// Thread: any.
#pragma once

#include <string>
#include <vector>

#include "host/application/status.hpp"

namespace assay::host {

[[nodiscard]] std::vector<std::string> final_words(const Status& status);

}  // namespace assay::host
