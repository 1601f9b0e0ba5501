#include "host/commands/name_report.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/features/store_cost.hpp"
#include "host/commands/table.hpp"

namespace assay::host {
namespace {

using Json = nlohmann::ordered_json;

std::string pointer_of(const core::Schema& schema, const std::string& slot) {
  for (const auto& field : schema.fields()) {
    core::Layout layout;
    const auto alone = core::Schema::make({field});
    if (!alone) continue;
    alone->add_to(layout);
    if (!layout.find(slot)) continue;
    return field.json_pointer.empty() ? "/" + field.name : field.json_pointer;
  }
  return {};
}

std::string origin_of(const core::Schema& schema, const std::string& name) {
  if (name.starts_with("holder.")) return "account holder";
  const auto pointer = pointer_of(schema, name);
  return pointer.empty() ? "engine" : "message " + pointer;
}

std::string joined(const std::vector<std::string>& parts) {
  std::string all;
  for (const auto& part : parts) all += (all.empty() ? "" : ", ") + part;
  return all;
}

std::vector<std::string> names_of(const FeatureCatalogue& features, const std::string& text) {
  std::vector<std::string> names;
  for (const auto& [name, named] : features.named()) {
    const auto declared = core::parse_feature(named);
    if (declared && core::canonical_text(*declared) == text) names.push_back(name);
  }
  return names;
}

std::string print_human(const FeatureCatalogue& features) {
  const auto& plan = features.plan();
  if (plan.empty()) return "nothing is remembered: no rule, step or sink reads a feature\n";
  std::vector<std::vector<std::string>> rows{{"FEATURE", "TYPE", "READ BY"}};
  for (std::uint32_t i = 0; i < plan.features().size(); ++i) {
    const auto& one = plan.features()[i];
    rows.push_back({one.text, std::string(core::to_string(one.type)), joined(features.users(i))});
  }
  auto text = print_table(rows) + "\n";
  rows = {{"KEY", "KEPT", "FEATURES", "BYTES A KEY", "BYTES AN EVENT"}};
  for (const auto& store : plan.stores()) {
    const auto cost = core::cost_of(store);
    rows.push_back({joined(store.key_names), store.shared ? "in the process" : "by partition",
                    std::to_string(store.features.size()), std::to_string(cost.key),
                    std::to_string(cost.event)});
  }
  return text + print_table(rows);
}

std::string print_json(const FeatureCatalogue& features) {
  const auto& plan = features.plan();
  Json document{{"features", Json::array()}, {"stores", Json::array()}};
  for (std::uint32_t i = 0; i < plan.features().size(); ++i) {
    const auto& one = plan.features()[i];
    const auto& store = plan.stores()[one.store];
    document["features"].push_back({{"text", one.text},
                                    {"names", names_of(features, one.text)},
                                    {"type", std::string(core::to_string(one.type))},
                                    {"key", store.key_names},
                                    {"coverage", one.coverage.has_value()},
                                    {"read_by", features.users(i)}});
  }
  for (const auto& store : plan.stores()) {
    const auto cost = core::cost_of(store);
    document["stores"].push_back({{"key", store.key_names},
                                  {"kept", store.shared ? "process" : "partition"},
                                  {"features", store.features.size()},
                                  {"bytes_per_key", cost.key},
                                  {"bytes_per_event", cost.event}});
  }
  return document.dump(2) + "\n";
}

}  // namespace

std::vector<NamedValue> named_values(const core::Schema& schema, const FieldCatalogue& fields,
                                     FeatureCatalogue* features) {
  std::vector<NamedValue> values;
  for (const auto& field : fields.fields()) {
    if (field.stage != FieldCatalogue::Stage::before_rules) continue;
    values.push_back({field.name, field.type, origin_of(schema, field.name)});
  }
  if (!features) return values;
  for (const auto& [name, text] : features->named()) {
    const auto bound = features->bind(text, "assay fields");
    if (bound) values.push_back({name, bound->type, "feature " + text});
  }
  return values;
}

std::string print_fields(const std::vector<NamedValue>& values, ReportFormat format) {
  if (format == ReportFormat::json) {
    auto document = Json::array();
    for (const auto& one : values) {
      document.push_back({{"name", one.name},
                          {"type", std::string(core::to_string(one.type))},
                          {"from", one.from}});
    }
    return document.dump(2) + "\n";
  }
  std::vector<std::vector<std::string>> rows{{"NAME", "TYPE", "FROM"}};
  for (const auto& one : values) {
    rows.push_back({one.name, std::string(core::to_string(one.type)), one.from});
  }
  return print_table(rows);
}

std::string print_features(const FeatureCatalogue& features, ReportFormat format) {
  return format == ReportFormat::json ? print_json(features) : print_human(features);
}

}  // namespace assay::host
