#include "host/enrich/enrich_fields.hpp"

#include <string>

#include "core/holders/holder_plan.hpp"

namespace assay::host {

using Stage = FieldCatalogue::Stage;

std::vector<FieldCatalogue::Field> holder_fields(const core::Schema& holders) {
  core::Layout layout;
  holders.add_to(layout);
  std::vector<FieldCatalogue::Field> fields;
  for (const auto& entry : layout.entries()) {
    fields.push_back(
        {std::string(core::kHolderPrefix) + entry.name, entry.type, Stage::before_rules});
  }
  return fields;
}

std::vector<FieldCatalogue::Field> local_hour_fields() {
  return {{std::string(local_hour_field), core::FieldType::int64, Stage::before_rules},
          {std::string(local_hour_source_field), core::FieldType::text, Stage::before_rules}};
}

void bind_local_hour_inputs(FieldCatalogue& catalogue, const core::Layout& layout) {
  if (!layout.find(local_hour_field) && !layout.find(local_hour_source_field)) return;
  const auto* zone = catalogue.find(holder_time_zone_field, Stage::before_rules);
  if (zone != nullptr && zone->type == core::FieldType::text) catalogue.slot(*zone);
}

}  // namespace assay::host
