#include "host/comparison/field_changes.hpp"

#include <algorithm>
#include <string>

#include "host/comparison/subject_changes.hpp"

namespace assay::host {
namespace {

void add_fields(std::vector<Named>& fields, const core::Schema& schema, const std::string& prefix) {
  for (const auto& field : schema.fields()) {
    Named named{prefix + field.name, {}};
    set(named.settings, "type", std::string(core::to_string(field.kind)));
    set(named.settings, "from", field.json_pointer.empty() ? "/" + field.name : field.json_pointer);
    set(named.settings, "required", field.required ? "true" : "false");
    set(named.settings, "role",
        field.role == core::FieldRole::none ? "none" : std::string(core::to_string(field.role)));
    fields.push_back(std::move(named));
  }
}

std::vector<Named> fields_of(Assembly& assembly) {
  std::vector<Named> fields;
  add_fields(fields, assembly.decisions().schema, "");
  if (assembly.holders()) add_fields(fields, assembly.holders()->schema, "holder.");
  return fields;
}

bool is_required(const std::vector<Named>& fields, const std::string& id) {
  const auto field = std::ranges::find(fields, id, &Named::id);
  return std::ranges::find(field->settings, "required", &Setting::path)->value == "true";
}

}  // namespace

void add_field_changes(Changes& changes, Assembly& before, Assembly& after) {
  const auto were = fields_of(before);
  const auto are = fields_of(after);
  compare_named(changes, Change::Part::schema, were, are, [&](Change& change) {
    if (change.kind == Change::Kind::removed) {
      change.note("it is read from no message any more");
      return;
    }
    const bool added = change.kind == Change::Kind::added;
    const bool required = is_required(are, change.what);
    if (required && (added || touches(change, {"required"}))) {
      change.warn("a message without it becomes a dead letter");
    }
    if (touches(change, {"type"})) {
      change.warn("a message whose value cannot be read as the new type becomes a dead letter");
    }
    if (touches(change, {"from"})) {
      change.note(required ? "a message that has it at the old place alone becomes a dead letter"
                           : "a message that has it at the old place alone is without it");
    }
    if (touches(change, {"role"})) change.note("the engine finds what it needs in other fields");
  });
}

}  // namespace assay::host
