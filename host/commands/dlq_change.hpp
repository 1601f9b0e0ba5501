// What `assay dlq` changes: records that are put back, letters that are dealt with.
//
// Thread: control.
#pragma once

#include "host/commands/dlq_letters.hpp"

namespace assay::host {

/// Both say what they would do and ask, unless they are told not to; they answer an exit code.
[[nodiscard]] int redrive_letters(DlqArguments& arguments);
[[nodiscard]] int drop_letters(DlqArguments& arguments);

}  // namespace assay::host
