// The engine's metrics, as Prometheus reads them. docs/operations.md lists each of them.
//
// Labels are ids of the configuration, codes and partitions; never a card, a user or a transaction.
//
// Thread: any.
#pragma once

#include <string>

#include "host/application/status.hpp"
#include "host/observe/process.hpp"

namespace assay::host {

[[nodiscard]] std::string metrics_text(const Status& status, const ProcessUse& process,
                                       const std::string& config_hash);

}  // namespace assay::host
