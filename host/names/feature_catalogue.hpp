// Every feature that somebody has bound, who that was, and the features that have a name.
//
// A name costs nothing until somebody uses it; its text is judged all the same. Identical texts are
// one feature, whoever asked first.
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

#include "core/features/feature_plan.hpp"
#include "host/names/field_catalogue.hpp"

namespace assay::host {

class FeatureCatalogue final {
 public:
  struct Bound {
    std::uint32_t number = 0;  // in the plan
    core::Slot value;
    core::FieldType type = core::FieldType::int64;
  };

  // All must outlive the catalogue; plan and layout grow as features are bound.
  FeatureCatalogue(const FieldCatalogue& fields, core::Layout& layout, core::FeaturePlan& plan)
      : fields_(&fields), layout_(&layout), plan_(&plan) {}

  // `text` has its parameters filled in. `who` asks: "rule `small_burst`".
  tl::expected<Bound, core::FeatureFault> bind(const std::string& text, const std::string& who);
  // What is wrong with the text, without binding it.
  [[nodiscard]] std::optional<core::FeatureFault> check(const std::string& text) const;
  // The slot of what has been seen of the feature's window.
  core::Slot coverage(std::uint32_t number) { return plan_->coverage(*layout_, number); }

  // Names of the whole configuration: each is free and its text was checked.
  void name(const std::string& name, std::string text) { named_[name] = std::move(text); }
  [[nodiscard]] const std::map<std::string, std::string>& named() const { return named_; }

  [[nodiscard]] const core::FeaturePlan& plan() const { return *plan_; }
  // Of a bound feature, in the order in which they asked.
  [[nodiscard]] const std::vector<std::string>& users(std::uint32_t number) const {
    return users_.at(number);
  }

 private:
  [[nodiscard]] core::FeatureScope scope(core::Layout& layout) const;

  const FieldCatalogue* fields_;
  core::Layout* layout_;
  core::FeaturePlan* plan_;
  std::map<std::string, std::string> named_;
  std::vector<std::vector<std::string>> users_;  // by number
};

}  // namespace assay::host
