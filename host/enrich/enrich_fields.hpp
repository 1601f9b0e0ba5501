// The fields that enrichment offers, for the catalogue: `holder.*`, `local_hour` and where that
// came from.
//
// Thread: control.
#pragma once

#include <string_view>
#include <vector>

#include "core/decode/schema.hpp"
#include "host/names/field_catalogue.hpp"

namespace assay::host {

inline constexpr std::string_view local_hour_field = "local_hour";                // 0 to 23
inline constexpr std::string_view local_hour_source_field = "local_hour_source";  // see local_hour
inline constexpr std::string_view holder_time_zone_field = "holder.time_zone";

/// `holder.X` for every slot that a holder of this schema has.
[[nodiscard]] std::vector<FieldCatalogue::Field> holder_fields(const core::Schema& holders);
[[nodiscard]] std::vector<FieldCatalogue::Field> local_hour_fields();

/// Binds what the local hour is worked out from, where somebody has bound the hour and the holders
/// have a time zone. Call after everything else is bound and before the layout is used.
void bind_local_hour_inputs(FieldCatalogue& catalogue, const core::Layout& layout);

}  // namespace assay::host
