// The picture of the engine as JSON, for /status, /readyz and /livez.
//
// Thread: any.
#pragma once

#include <string>

#include "host/application/status.hpp"
#include "host/observe/health.hpp"

namespace assay::host {

[[nodiscard]] std::string status_json(const Status& status, const std::string& config_hash);

// {"ok": false, "checks": [{"name": "kafka", "ok": false, "reason": "..."}, ...]}
[[nodiscard]] std::string checks_json(const Checks& checks);

}  // namespace assay::host
