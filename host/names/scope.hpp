// What the texts of one rule, one step or one sink may name: fields, features under a name, and the
// parameters of a rule's file.
//
// A name has one meaning: a rule's file cannot take one that a field or the configuration has. What
// is found becomes a slot.
//
// Thread: control.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "host/config/config.hpp"
#include "host/diagnostics/diagnostic.hpp"
#include "host/names/feature_catalogue.hpp"
#include "host/names/field_catalogue.hpp"
#include "host/names/parameters.hpp"

namespace assay::host {

class Scope final {
 public:
  using Stage = FieldCatalogue::Stage;

  struct Found {
    core::Slot slot;
    core::FieldType type = core::FieldType::int64;
    std::optional<std::uint32_t> feature;  // its number; nothing for a field
  };

  // `who` is named as the one that asks for features. `features` is null where there are none.
  Scope(FieldCatalogue& fields, FeatureCatalogue* features, Stage stage, std::string who)
      : fields_(&fields), features_(features), stage_(stage), who_(std::move(who)) {}

  // A rule's own: its parameters must outlive the scope. False where a name is taken or a text
  // cannot be read; `diagnostics` says which.
  bool add(const RuleConfig& rule, Diagnostics& diagnostics);

  // A field, or a feature by its name. A feature whose text is at fault was reported where it was
  // named and is not found.
  [[nodiscard]] std::optional<Found> find(std::string_view name);
  // Of a feature that has a name and a sound text and cannot be kept beside the others; nothing for
  // any other name.
  [[nodiscard]] std::optional<core::FeatureFault> why_refused(std::string_view name);
  // A feature by its name or, where no feature has it, by its text.
  [[nodiscard]] tl::expected<Found, core::FeatureFault> feature(std::string_view name_or_text);

  [[nodiscard]] std::vector<std::string> names() const;          // of fields and features
  [[nodiscard]] std::vector<std::string> feature_names() const;  // of features alone
  [[nodiscard]] const Parameters& parameters() const { return parameters_; }
  [[nodiscard]] FieldCatalogue& fields() const { return *fields_; }
  [[nodiscard]] FeatureCatalogue* features() const { return features_; }
  [[nodiscard]] Stage stage() const { return stage_; }

 private:
  [[nodiscard]] const std::string* text_of(std::string_view name) const;

  FieldCatalogue* fields_;
  FeatureCatalogue* features_;
  Stage stage_;
  std::string who_;
  Parameters parameters_;
  std::map<std::string, std::string, std::less<>> own_;  // name to text
};

// Takes the features that the whole configuration names.
bool add_named(FieldCatalogue& fields, FeatureCatalogue& features,
               const std::vector<NamedFeature>& named, Diagnostics& diagnostics);

}  // namespace assay::host
