// What a configuration has names for, as text for a person or JSON for a program: what `assay
// fields` and `assay features` print.
//
// Thread: control.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/decode/schema.hpp"
#include "host/names/feature_catalogue.hpp"

namespace assay::host {

enum class ReportFormat { human, json };

struct NamedValue {
  std::string name;
  core::FieldType type = core::FieldType::text;
  std::string from;  // "message /amount", "account holder", "engine", "feature count() by ..."
};

// All that a rule may name, in the order in which it comes to be. `holders` and `features` may be
// null.
[[nodiscard]] std::vector<NamedValue> named_values(const core::Schema& schema,
                                                   const FieldCatalogue& fields,
                                                   FeatureCatalogue* features);
[[nodiscard]] std::string print_fields(const std::vector<NamedValue>& values, ReportFormat format);

// What is remembered for whom, and what that is predicted to take.
[[nodiscard]] std::string print_features(const FeatureCatalogue& features, ReportFormat format);

}  // namespace assay::host
