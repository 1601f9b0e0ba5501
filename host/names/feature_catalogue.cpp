#include "host/names/feature_catalogue.hpp"

#include <algorithm>

#include "host/names/condition_text.hpp"

namespace assay::host {

tl::expected<FeatureCatalogue::Bound, core::FeatureFault> FeatureCatalogue::bind(
    const std::string& text, const std::string& who) {
  const auto number = plan_->add(*layout_, text, scope(*layout_));
  if (!number) return tl::unexpected(number.error());
  if (users_.size() <= *number) users_.resize(*number + 1);
  auto& users = users_[*number];
  if (std::find(users.begin(), users.end(), who) == users.end()) users.push_back(who);
  const auto& feature = plan_->features()[*number];
  return Bound{*number, feature.value, feature.type};
}

std::optional<core::FeatureFault> FeatureCatalogue::check(const std::string& text) const {
  auto layout = *layout_;
  core::FeaturePlan alone(plan_->options());
  const auto number = alone.add(layout, text, scope(layout));
  return number ? std::nullopt : std::optional(number.error());
}

// A feature looks at fields, never at other features: those are not known yet when it is computed.
core::FeatureScope FeatureCatalogue::scope(core::Layout& layout) const {
  using Stage = FieldCatalogue::Stage;
  const auto find = [this, &layout](std::string_view name) -> std::optional<core::NamedField> {
    const auto* field = fields_->find(name, Stage::before_rules);
    if (!field) return std::nullopt;
    return core::NamedField{layout.add(field->name, field->type), field->type};
  };
  const auto names = [this] { return fields_->names(Stage::before_rules); };
  const auto compile = [find, names](std::string_view where)
      -> tl::expected<std::unique_ptr<core::Condition>, core::FeatureFault> {
    auto compiled = compile_condition(where, find, names);
    if (!compiled) return tl::unexpected(std::move(compiled.error()));
    return std::move(compiled->condition);
  };
  return {find, names, compile};
}

}  // namespace assay::host
