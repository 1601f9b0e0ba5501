// A rule's table, looked at before anything of it is called.
//
// Thread: any.
#pragma once

#include <assay/rule.h>

namespace assay::host {

// A mandatory function that the table lacks, as a message names it; null for a whole one.
[[nodiscard]] const char* missing_function(const assay_rule_api& api);

}  // namespace assay::host
