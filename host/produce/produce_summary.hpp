// What `assay produce` says at its end.
#pragma once

#include <string>

#include "host/produce/producer.hpp"

namespace assay::host {

std::string human_summary(const ProduceOptions& options, const ProduceResult& result);

// One JSON object on one line: produced, holders, labels, frauds_injected, fraud_incidents, frauds
// (by pattern), first_timestamp, last_timestamp, elapsed_seconds.
std::string json_summary(const ProduceResult& result);

}  // namespace assay::host
