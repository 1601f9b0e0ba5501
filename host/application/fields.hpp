// The fields that a deployment has: what its messages carry, what the engine adds, who may bind it.
//
// Thread: control.
#pragma once

#include <optional>
#include <vector>

#include "core/decode/schema.hpp"
#include "core/pipeline/blueprint.hpp"
#include "host/config/config.hpp"
#include "host/diagnostics/diagnostic.hpp"
#include "host/names/field_catalogue.hpp"

namespace assay::host {

// The configured fields as a schema, or the sample where none are configured. Nothing when refused.
[[nodiscard]] std::optional<core::Schema> transaction_schema(const Config& config,
                                                             Diagnostics& diagnostics);
[[nodiscard]] std::optional<core::Schema> holder_schema(const HoldersConfig& config,
                                                        Diagnostics& diagnostics);

// What may be bound by rules and sinks of decisions: the message's fields, `holder.*`, the local
// hour; for sinks also what the engine writes. `holders` may be null.
[[nodiscard]] std::vector<FieldCatalogue::Field> decision_fields(const core::Schema& schema,
                                                                 const core::Schema* holders);
// What may be bound by sinks of holders.
[[nodiscard]] std::vector<FieldCatalogue::Field> holder_record_fields(const core::Schema& schema);

// What history needs to know of the fields; they become slots.
[[nodiscard]] core::FeatureOptions feature_options(const Config& config, const core::Schema& schema,
                                                   core::Layout& layout);

// The engine's own slots among those that were bound.
[[nodiscard]] core::EngineSlots engine_slots(const core::Layout& layout);

}  // namespace assay::host
