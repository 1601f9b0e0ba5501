// Any property of librdkafka may be given, save those that Assay's guarantees rest on: those are
// the engine's, and a configuration that sets one is refused with the reason.
//
// Thread: control.
#pragma once

#include <string>

#include "host/config/node.hpp"
#include "host/diagnostics/diagnostic.hpp"

namespace assay::host {

/// `properties` is the map of `source.kafka`, or null.
void check_consumer_properties(const Node* properties, Diagnostics& diagnostics);
/// A producer's; `path` names the map.
void check_producer_properties(const Node* properties, const std::string& path,
                               Diagnostics& diagnostics);

}  // namespace assay::host
