// librdkafka's words in our log.
//
// Thread: any.
#pragma once

#include "host/kafka/properties.hpp"

namespace assay::host {

[[nodiscard]] KafkaLog kafka_log();

}  // namespace assay::host
