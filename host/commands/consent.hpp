// Asking a person before something is changed.
//
// Thread: control.
#pragma once

#include <string>

namespace assay::host {

/// ExitCode::done where it may go on: somebody said yes, or `yes` was given beforehand. Else what
/// the command ends with; that was said, in the name of `command`.
[[nodiscard]] int ask_consent(const std::string& command, bool yes, const std::string& question);

}  // namespace assay::host
