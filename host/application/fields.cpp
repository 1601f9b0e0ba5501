#include "host/application/fields.hpp"

#include <array>
#include <string>
#include <utility>

#include "host/application/refusal.hpp"
#include "host/enrich/enrich_fields.hpp"

namespace assay::host {
namespace {

using core::FieldType;
using Stage = FieldCatalogue::Stage;

constexpr std::array<std::pair<std::string_view, FieldType>, 2> kOfRecords{{
    {"record_offset", FieldType::int64},
    {"record_time", FieldType::time},
}};

constexpr std::array<std::pair<std::string_view, FieldType>, 8> kOfDecisions{{
    {"decision", FieldType::text},
    {"score", FieldType::float64},
    {"decided_at", FieldType::time},
    {"config_hash", FieldType::text},
    {"card_key_id", FieldType::text},
    {"inconclusive_rules", FieldType::text},
    {"error_rules", FieldType::text},
    {"id_reused", FieldType::boolean},
}};

bool reserved(std::string_view name) {
  const auto is = [&](const auto& table) {
    for (const auto& [known, type] : table) {
      if (known == name) return true;
    }
    return false;
  };
  return name == local_hour_field || name == local_hour_source_field || is(kOfRecords) ||
         is(kOfDecisions) || name.find('.') != name.npos;
}

std::optional<core::Schema> schema_of(const std::vector<FieldConfig>& fields,
                                      Diagnostics& diagnostics) {
  std::vector<core::FieldSpec> specs;
  bool sound = true;
  for (const auto& field : fields) {
    core::FieldSpec spec;
    spec.name = field.name;
    spec.json_pointer = field.from;
    spec.required = field.required;
    const auto kind = core::field_kind(field.type);
    const auto role =
        field.role.empty() ? std::optional(core::FieldRole::none) : core::field_role(field.role);
    if (reserved(field.name)) {
      refuse(diagnostics, Code::bad_value, field.span,
             "`" + field.name + "` is a name of the engine's own fields",
             "names with a dot, too, are kept for joined fields such as holder.city");
      sound = false;
    } else if (!kind || !role) {
      refuse(diagnostics, Code::bad_value, field.span,
             "field `" + field.name + "` has an unknown type or role: `" +
                 (kind ? field.role : field.type) + "`");
      sound = false;
    } else {
      spec.kind = *kind;
      spec.role = *role;
      specs.push_back(std::move(spec));
    }
  }
  if (!sound) return std::nullopt;
  auto schema = core::Schema::make(std::move(specs));
  if (!schema) {
    refuse(diagnostics, Code::bad_value, fields.empty() ? Span{} : fields.front().span,
           schema.error());
    return std::nullopt;
  }
  return std::move(*schema);
}

template <class Table>
void append(std::vector<FieldCatalogue::Field>& fields, const Table& table, Stage stage) {
  for (const auto& [name, type] : table) fields.push_back({std::string(name), type, stage});
}

void append(std::vector<FieldCatalogue::Field>& fields,
            const std::vector<FieldCatalogue::Field>& more) {
  fields.insert(fields.end(), more.begin(), more.end());
}

void append_schema(std::vector<FieldCatalogue::Field>& fields, const core::Schema& schema) {
  core::Layout layout;
  schema.add_to(layout);
  for (const auto& entry : layout.entries()) {
    fields.push_back({entry.name, entry.type, Stage::before_rules});
  }
}

}  // namespace

std::optional<core::Schema> transaction_schema(const Config& config, Diagnostics& diagnostics) {
  if (config.fields.empty()) return core::sample_transaction_schema();
  return schema_of(config.fields, diagnostics);
}

std::optional<core::Schema> holder_schema(const HoldersConfig& config, Diagnostics& diagnostics) {
  if (config.fields.empty()) return core::sample_holder_schema();
  return schema_of(config.fields, diagnostics);
}

std::vector<FieldCatalogue::Field> decision_fields(const core::Schema& schema,
                                                   const core::Schema* holders) {
  std::vector<FieldCatalogue::Field> fields;
  append_schema(fields, schema);
  append(fields, local_hour_fields());
  append(fields, kOfRecords, Stage::before_rules);
  if (holders) append(fields, holder_fields(*holders));
  append(fields, kOfDecisions, Stage::after_rules);
  return fields;
}

std::vector<FieldCatalogue::Field> holder_record_fields(const core::Schema& schema) {
  std::vector<FieldCatalogue::Field> fields;
  append_schema(fields, schema);
  append(fields, kOfRecords, Stage::before_rules);
  return fields;
}

core::FeatureOptions feature_options(const Config& config, const core::Schema& schema,
                                     core::Layout& layout) {
  const auto slot = [&](core::FieldRole role) -> std::optional<core::Slot> {
    const auto* field = schema.find(role);
    return field ? layout.find(field->name) : std::nullopt;
  };
  core::FeatureOptions options;
  options.time = *slot(core::FieldRole::time);
  options.currency = slot(core::FieldRole::currency);
  options.id = slot(core::FieldRole::id);
  options.reversal = layout.find("original_transaction_id");
  if (config.source.key != "none") {
    options.partition_keys = config.source.implies;
    options.partition_keys.push_back(config.source.key);
  }
  options.exact_events = static_cast<std::uint32_t>(config.features.exact_events);
  options.retention = config.features.retention;
  options.reversal_horizon = config.dedupe_horizon;
  options.memory_budget = static_cast<std::uint64_t>(config.features.memory);
  return options;
}

core::EngineSlots engine_slots(const core::Layout& layout) {
  core::EngineSlots slots;
  slots.decision = layout.find("decision");
  slots.score = layout.find("score");
  slots.decided_at = layout.find("decided_at");
  slots.record_offset = layout.find("record_offset");
  slots.record_time = layout.find("record_time");
  slots.config_hash = layout.find("config_hash");
  slots.card_key_id = layout.find("card_key_id");
  slots.inconclusive_rules = layout.find("inconclusive_rules");
  slots.error_rules = layout.find("error_rules");
  slots.id_reused = layout.find("id_reused");
  return slots;
}

}  // namespace assay::host
