// What the configuration hands on to librdkafka: whether it takes that, asked without contacting
// anybody, and how it is read again later.
//
// Thread: control.
#pragma once

#include <memory>

#include "host/config/config.hpp"
#include "host/diagnostics/diagnostic.hpp"
#include "host/kafka/handles.hpp"
#include "host/kafka/kafka_secrets.hpp"

namespace assay::host {

// Each property that it refuses is a fault at its place.
void check_kafka_settings(const Config& config, Diagnostics& diagnostics);

// Sound properties may still not go together, and files that they name may be missing: then the
// client itself cannot be made.
void refuse_client(const KafkaError& error, Diagnostics& diagnostics);

// The properties of `source.kafka`, and those of the dead letters' producer, which are the source's
// with `dead_letters.kafka` over them. What they give to read again holds all that it needs of the
// configuration.
[[nodiscard]] std::shared_ptr<KafkaSecrets> source_secrets(const Config& config);
[[nodiscard]] std::shared_ptr<KafkaSecrets> dead_letter_secrets(const Config& config);

}  // namespace assay::host
