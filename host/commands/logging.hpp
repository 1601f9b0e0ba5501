// The log on standard error: lines for people, or one JSON object a line for programs.
//
// Thread: control, once; writing to the log is anybody's.
#pragma once

#include "host/config/config.hpp"

namespace assay::host {

void start_logging(const LogConfig& config);

}  // namespace assay::host
