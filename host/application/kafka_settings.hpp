// Whether librdkafka takes what the configuration hands on to it, asked without contacting anybody.
//
// Thread: control.
#pragma once

#include "host/config/config.hpp"
#include "host/diagnostics/diagnostic.hpp"
#include "host/kafka/handles.hpp"

namespace assay::host {

// Each property that it refuses is a fault at its place.
void check_kafka_settings(const Config& config, Diagnostics& diagnostics);

// Sound properties may still not go together, and files that they name may be missing: then the
// client itself cannot be made.
void refuse_client(const KafkaError& error, Diagnostics& diagnostics);

}  // namespace assay::host
